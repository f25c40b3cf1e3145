import { recordName } from '../../contracts/record-key.ts';
import { InvalidInput } from '../../errors.ts';
import { parseRecords } from '../../feeds/csv-dialect.ts';
import type { Membership } from './evaluate.ts';

const columns = ['datasource', 'pk', 'person'] as const;

/** Reads who is who from CSV with the columns datasource, pk and person, in any order. */
export function* readTruth(csv: string): Generator<Membership> {
  const [header, ...rows] = parseRecords(
    csv.replace(/^\uFEFF/, ''),
    { delimiter: ',', quote: '"' },
    Number.POSITIVE_INFINITY,
  );
  const names = (header ?? []).map((name) => name.trim().toLowerCase());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    const seen = names.join(', ') || 'nothing';
    throw new InvalidInput(
      `the truth has no column ${missing.join(', ')}, it has ${seen}: expected ${columns.join(', ')}`,
    );
  }
  const places = columns.map((column) => names.indexOf(column));
  const persons = new Map<string, string>();
  for (const [n, row] of rows.entries()) {
    const membership = membershipOf(row, n + 1, places, names.length);
    const { datasource, pk, group } = membership;
    const record = recordName({ datasource, pk });
    const before = persons.get(record);
    if (before !== undefined && before !== group) {
      throw new InvalidInput(
        `row ${n + 1} of the truth says that ${record} is ${group}, an earlier one that it is ${before}: expected one person`,
      );
    }
    persons.set(record, group);
    yield membership;
  }
  if (rows.length === 0) throw new InvalidInput('the truth has a header and no rows: expected one for each record');
}

function membershipOf(row: readonly string[], n: number, places: readonly number[], fields: number): Membership {
  const values = places.map((place) => row[place]);
  if (values.includes(undefined)) {
    throw new InvalidInput(`row ${n} of the truth has ${row.length} fields: expected ${fields}`);
  }
  const empty = columns.filter((_, at) => values[at]?.trim() === '');
  if (empty.length > 0) throw new InvalidInput(`row ${n} of the truth has no ${empty.join(' and no ')}: expected one`);
  const [datasource = '', pk = '', group = ''] = values;
  return { datasource, pk, group };
}
