import { type RecordKey, recordName } from '../contracts/record-key.ts';
import { NotFound } from '../errors.ts';
import { isRecord } from './is-record.ts';
import type { PublishedReader } from './published-reader.ts';

const assignments = 'stitch.assignments';

/** The person that each of some records is of, as it is published; without those that were never stitched. */
export async function knownAmpIds(reader: PublishedReader, keys: readonly RecordKey[]): Promise<Map<string, string>> {
  if (keys.length === 0 || !reader.table(assignments)) return new Map();
  const sql = `SELECT a.datasource, a.pk, a.amp_id FROM ${assignments} a WHERE ${isRecord('a', keys)}`;
  const rows = await reader.rows('people of records', sql, keys.length);
  return new Map(
    rows.map(([datasource, pk, id]) => [recordName({ datasource: String(datasource), pk: String(pk) }), String(id)]),
  );
}

/** The people that two records are of. `NotFound` names each that was never stitched. */
export async function ampIdsOf(
  reader: PublishedReader,
  keys: readonly [RecordKey, RecordKey],
): Promise<[string, string]> {
  const known = await knownAmpIds(reader, keys);
  const [one, other] = keys.map((key) => known.get(recordName(key)));
  if (one !== undefined && other !== undefined) return [one, other];
  const unknown = keys.filter((key) => !known.has(recordName(key))).map(recordName);
  throw new NotFound(
    `no record ${unknown.join(' and no record ')} was stitched: expected a domain table and a key of it, such as web_customers/17`,
  );
}
