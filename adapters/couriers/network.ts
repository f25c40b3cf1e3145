import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { SourceRefused, SourceUnreachable } from '../../core/errors.ts';

/** Addresses that couriers may reach. A name is resolved once, and that very address connected to, so that none can change meanwhile. */
export interface Network {
  /** Stands for Node's own where something connects by a name. */
  lookup: LookupFunction;
  /** Refuses an address or name that may not be reached. To be asked before any connection: an address is not looked up. */
  check(host: string): Promise<void>;
}

/** Where a cloud tells its machines who they are and gives them credentials: no source of customer data is there. */
const metadata = [
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
] as const;

/** The machine itself: on a laptop a source like any other, in a function what runs it. */
const itself = [
  ['127.0.0.0', 8, 'ipv4'],
  ['0.0.0.0', 8, 'ipv4'],
  ['::', 127, 'ipv6'],
] as const;

/** Whether an address is of this machine by its name, so that what is sent there goes over no network. */
export const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

export const laptopNetwork: Network = networkWithout(metadata);
export const hostedNetwork: Network = networkWithout([...metadata, ...itself]);

function networkWithout(closed: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): Network {
  const list = new BlockList();
  for (const range of closed) list.addSubnet(...range);
  const refusal = (host: string, addresses: readonly { address: string; family: number }[]) => {
    const found = addresses.find(({ address, family }) => list.check(address, family === 6 ? 'ipv6' : 'ipv4'));
    if (!found) return undefined;
    const seen = found.address === host ? host : `${host} (${found.address})`;
    return new SourceRefused(`${seen} is an address of the platform itself: expected one of the system with the data`);
  };
  const lookup: LookupFunction = (host, options, callback) =>
    resolve(host, { ...options, all: true }, (cause, addresses) => {
      const [first] = addresses ?? [];
      const refused = cause ?? refusal(host, addresses);
      if (refused || !first) return callback(refused ?? null, []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  const check = async (given: string) => {
    const host = given.replace(/^\[(.*)\]$/, '$1');
    const family = isIP(host);
    const addresses = family === 0 ? await addressesOf(host) : [{ address: host, family }];
    const refused = refusal(host, addresses);
    if (refused) throw refused;
  };
  return { lookup, check };
}

const addressesOf = (host: string): Promise<{ address: string; family: number }[]> =>
  new Promise((done, failed) => {
    resolve(host, { all: true }, (cause, addresses) => {
      if (cause) failed(new SourceUnreachable(`no host ${host} is known: ${cause.code}`, { cause }));
      else done(addresses);
    });
  });
