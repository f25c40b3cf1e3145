import { InvalidInput } from '../errors.ts';
import { parseRecords } from '../feeds/csv-dialect.ts';
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
  const [datasource = 0, pk = 0, person = 0] = columns.map((column) => names.indexOf(column));
  for (const [n, row] of rows.entries()) {
    const group = row[person];
    if (group === undefined) {
      throw new InvalidInput(`row ${n + 1} of the truth has ${row.length} fields: expected ${names.length}`);
    }
    yield { datasource: row[datasource] ?? '', pk: row[pk] ?? '', group };
  }
}
