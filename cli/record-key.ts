import type { RecordKey } from '../core/contracts/record-key.ts';
import { InvalidInput } from '../core/errors.ts';

/** `web_customers/17` as table and key; the key may hold slashes. */
export function recordKey(record: string): RecordKey {
  const at = record.indexOf('/');
  if (at > 0) return { datasource: record.slice(0, at), pk: record.slice(at + 1) };
  throw new InvalidInput(`${JSON.stringify(record)} is no record: expected a table and a key such as web_customers/17`);
}
