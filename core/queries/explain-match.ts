import type { StitchSettings } from '../contracts/customer360.ts';
import type { MatchExplanation } from '../contracts/stitch.ts';
import { NotFound } from '../errors.ts';
import { ident, text } from '../sql/quote.ts';
import { textOf } from '../stitch/columns.ts';
import { explainPair, type StandardRecord } from '../stitch/explain.ts';
import type { StitchModel } from '../stitch/model.ts';
import { nicknames } from '../stitch/nicknames.ts';
import { shapeOf } from '../stitch/shape.ts';
import { type CommonValue, countedColumns } from '../stitch/values.ts';
import type { PublishedReader } from './published-reader.ts';

const compared = 'stitch.unified_preprocessed_raw';

/** A record by the domain table that it is from and its key there. */
export interface RecordKey {
  datasource: string;
  pk: string;
}

/** Why Stitch took two records for one person or for two, field by field, by the model that decided it. */
export async function explainMatch(
  reader: PublishedReader,
  keys: readonly [RecordKey, RecordKey],
  { model, settings }: { model: StitchModel; settings: Pick<StitchSettings, 'nicknames'> },
): Promise<MatchExplanation> {
  const [one, other] = [await standardRecord(reader, keys[0]), await standardRecord(reader, keys[1])];
  const common = await holdersOf(reader, model, one);
  const told = explainPair(one, other, model, {
    nicknames: nicknames(settings),
    common,
  });
  const ids = [String(one.amp_id), String(other.amp_id)] as const;
  return {
    ...told,
    one: { ...keys[0], amp_id: ids[0] },
    other: { ...keys[1], amp_id: ids[1] },
    same_person: ids[0] === ids[1],
  };
}

async function standardRecord(reader: PublishedReader, { datasource, pk }: RecordKey): Promise<StandardRecord> {
  const sql = `SELECT p.* FROM ${compared} p WHERE p.datasource = ${text(datasource)} AND p.pk = ${text(pk)}`;
  const [found] = await reader.objects('a record as it is compared', sql, 1);
  if (!found) {
    throw new NotFound(
      `no record ${JSON.stringify(pk)} of ${JSON.stringify(datasource)} was stitched: expected a domain table and a key of it`,
    );
  }
  return found as StandardRecord;
}

/** How many profiles hold each value of a record; a value that both have counts by it. Trivial duplicates are one profile. */
async function holdersOf(reader: PublishedReader, model: StitchModel, record: StandardRecord): Promise<CommonValue[]> {
  const columns = countedColumns(shapeOf(model.columns));
  const counts = columns.flatMap((column) => {
    const counted = conditionOn(column, record);
    if (counted === undefined) return [];
    return `SELECT ${text(column)} AS semantic, ${text(counted.value)} AS value, COUNT(*) AS holders
FROM ${compared} p JOIN stitch.assignments a ON a.datasource = p.datasource AND a.pk = p.pk
WHERE a.rep_ds = a.datasource AND a.rep_pk = a.pk AND ${counted.condition}`;
  });
  if (counts.length === 0) return [];
  const rows = await reader.rows('holders of values', counts.join('\nUNION ALL\n'), columns.length);
  return rows.map(([semantic, value, holders]) => ({
    semantic: String(semantic),
    value: String(value),
    n: Number(holders),
  }));
}

/** A counted value of a record, and what a row that holds it fulfils. */
function conditionOn(column: string, record: StandardRecord): { value: string; condition: string } | undefined {
  if (column === 'place') {
    const [street, area] = [textOf(record.street), textOf(record.postal ?? record.city)];
    if (street === undefined || area === undefined) return undefined;
    return {
      value: `${street}|${area}`,
      condition: `p.street = ${text(street)} AND COALESCE(p.postal, p.city) = ${text(area)}`,
    };
  }
  const value = textOf(record[column === 'dob' ? 'birthdate' : column]);
  if (value === undefined) return undefined;
  if (column === 'dob') return { value, condition: `p.birthdate = DATE ${text(value)}` };
  return { value, condition: `p.${ident(column)} = ${text(value)}` };
}
