import type { StitchSettings } from '../contracts/customer360.ts';
import { text } from '../sql/quote.ts';
import { Column } from './columns.ts';

/** What a person said of a record: same label and partition, together; same label and another partition, apart. */
export type Label = { label: string; partition: string };

/** Labels by the place of a record or profile. */
export type Labels = ReadonlyMap<number, readonly Label[]>;

/** The labels of the settings as a relation. */
export function labelRows(settings: Pick<StitchSettings, 'labels'>): string {
  const rows = settings.labels.map(
    ({ label, partition, datasource, pk }) => `(${[label, partition, datasource, pk].map(text).join(', ')})`,
  );
  const values = rows.length > 0 ? `VALUES ${rows.join(', ')}` : `SELECT '', '', '', '' WHERE false`;
  return `(SELECT * FROM (${values}) AS v(label, "partition", datasource, pk))`;
}

/** Table `label`: what people said about records, by their numbers. */
export const labelSql = (settings: Pick<StitchSettings, 'labels'>): string =>
  `CREATE TABLE label AS SELECT r.rid, l.label, l."partition" FROM ${labelRows(settings)} l JOIN record r USING (datasource, pk)`;

/** All that labels say of one record. */
export const labelWords = `string_agg(label || chr(31) || "partition", chr(30) ORDER BY label, "partition")`;

/** The same for records in memory: two that are labelled otherwise are no duplicates. */
export function labelColumn(labels: Labels, size: number): Column {
  if (labels.size === 0) return Column.empty(size);
  const wordsOf = (record: number) => labels.get(record)?.map(({ label, partition }) => `${label}\x1f${partition}`);
  return Column.of(Array.from({ length: size }, (_, record) => wordsOf(record)?.sort().join('\x1e')));
}

/** Of records, those of their profiles: duplicates that bear labels are none of anybody else's. */
export function profileLabels(labels: Labels, profile: Int32Array): Labels {
  const found = new Map<number, readonly Label[]>();
  for (const [record, said] of labels) {
    const place = profile[record] ?? 0;
    found.set(place, [...(found.get(place) ?? []), ...said]);
  }
  return found;
}
