import type { EvidenceHop } from '../contracts/explanation.ts';
import type { RecordKey } from '../contracts/record-key.ts';
import { NotFound } from '../errors.ts';
import { ident, text } from '../sql/quote.ts';
import type { PublishedPair } from '../stitch/explanation/published-path.ts';
import { marks } from '../stitch/records/columns.ts';
import { listColumns, profileColumns, type Shape } from '../stitch/records/shape.ts';
import type { StandardRecord, StitchedRecord } from '../stitch/records/standard-record.ts';
import { isRecord } from './is-record.ts';
import type { PublishedReader } from './published-reader.ts';

const preprocessed = 'stitch.unified_preprocessed_raw';

/** A record as it is compared, and the component that it came to. */
export interface ComponentRecord extends StitchedRecord {
  /** A number that may be too large for JavaScript. */
  component: string;
}

/** Records in the order of their keys, as a run numbers them. `condition` is on `p`. */
async function records(reader: PublishedReader, shape: Shape, condition: string, limit: number) {
  const columns = profileColumns(shape).map((column) =>
    listColumns.includes(column)
      ? `ARRAY_JOIN(p.${ident(column)}, CHR(${marks.value})) AS ${ident(column)}`
      : `p.${ident(column)}`,
  );
  const sql = `SELECT p.datasource, p.pk, p.amp_id, CAST(p.component_id AS varchar) AS component, ${columns.join(', ')}
FROM ${preprocessed} p WHERE ${condition} ORDER BY p.datasource, p.pk`;
  const found = await reader.objects('records as they are compared', sql, limit);
  return found.map(({ datasource, pk, amp_id, component, ...values }): ComponentRecord => {
    const key = { datasource: String(datasource), pk: String(pk) };
    return { ...key, amp_id: String(amp_id), component: String(component), values: values as StandardRecord };
  });
}

/** One record. `NotFound` when Stitch was not given it. */
export async function stitchedRecord(reader: PublishedReader, shape: Shape, key: RecordKey): Promise<ComponentRecord> {
  const [found] = await records(reader, shape, isRecord('p', [key]), 1);
  if (found) return found;
  throw new NotFound(
    `no record ${JSON.stringify(key.pk)} of ${JSON.stringify(key.datasource)} was stitched: expected a domain table and a key of it`,
  );
}

/** The records of some components, so many at most. */
export const recordsOfComponents = (
  reader: PublishedReader,
  shape: Shape,
  components: readonly string[],
  limit: number,
): Promise<ComponentRecord[]> =>
  records(reader, shape, `p.component_id IN (${components.map(wholeNumber).join(', ')})`, limit);

/** The records of some keys. */
export const recordsOfKeys = (
  reader: PublishedReader,
  shape: Shape,
  keys: readonly RecordKey[],
): Promise<ComponentRecord[]> => records(reader, shape, isRecord('p', keys), keys.length);

/** A number of a record as SQL. */
const wholeNumber = (digits: string): string => BigInt(digits).toString();

/** The pairs that make one person, the strongest first, so many at most. */
export async function pairsOfPerson(reader: PublishedReader, amp: string, limit: number): Promise<PublishedPair[]> {
  const sql = `SELECT s.source1, s.pk1, s.source2, s.pk2, s.score, s.match_type FROM stitch.unified_scores s
WHERE s.amp_id = ${text(amp)} ORDER BY s.score DESC, s.source1, s.pk1, s.source2, s.pk2`;
  return (await reader.objects('pairs of a person', sql, limit)).map(pairOf);
}

/** The accepted pairs between the records of two people, and within each, the strongest first, so many at most. */
export async function pairsOfPeople(
  reader: PublishedReader,
  people: readonly string[],
  threshold: number,
  limit: number,
): Promise<PublishedPair[]> {
  const those = people.map(text).join(', ');
  const sql = `SELECT s.source1, s.pk1, s.source2, s.pk2, s.score, s.match_type FROM stitch.stitch_scores s
WHERE s.amp_id1 IN (${those}) AND s.amp_id2 IN (${those}) AND s.score >= ${threshold.toExponential()}
ORDER BY s.score DESC, s.source1, s.pk1, s.source2, s.pk2`;
  return (await reader.objects('pairs of two people', sql, limit)).map(pairOf);
}

function pairOf(row: Record<string, unknown>): PublishedPair {
  const key = (datasource: unknown, pk: unknown) => ({ datasource: String(datasource), pk: String(pk) });
  return {
    one: key(row.source1, row.pk1),
    other: key(row.source2, row.pk2),
    score: Number(row.score),
    match_type: row.match_type as EvidenceHop['match_type'],
  };
}
