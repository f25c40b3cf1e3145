import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { HostKeys } from '../../../adapters/sftp-site/laptop/host-keys.ts';
import type { Secrets } from '../../../core/ports.ts';

/** Secrets of one site, which are gone with the test. */
function forgetful(): Secrets {
  const kept = new Map<string, string>();
  return {
    get: async (name) => kept.get(name),
    put: async (name, value) => void kept.set(name, value),
    remove: async (name) => void kept.delete(name),
  };
}

it('every site is made with host keys that it can show', async () => {
  for (let site = 0; site < 1000; site++) {
    const keys = new HostKeys({ secrets: forgetful(), clock: () => new Date() });
    await keys.make();
    for (const key of await keys.privateKeys()) expect(ssh2.utils.parseKey(key)).not.toBeInstanceOf(Error);
  }
});
