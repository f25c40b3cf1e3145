import { z } from 'zod';

/** The address of a system by HTTP. Documents are shown to many: it has no room for what signs in, which `instead` says. */
export const httpUrl = (instead: string) =>
  z
    .url({ protocol: /^https?$/, abort: true })
    .refine(signsInNobody, `expected an address without a user or a password in it: ${instead}`);

function signsInNobody(address: string): boolean {
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

/** The name or address of a host, and nothing else. */
export const HostName = z
  .string()
  .regex(/^[^\s@/]+$/, 'expected the name or address of a host alone, without a user or a password');
