import type { Correction } from '../../contracts/corrections.ts';
import type { StitchSettings } from '../../contracts/customer360.ts';
import type { RecordKey } from '../../contracts/record-key.ts';
import { text } from '../../sql/quote.ts';
import { Column } from './columns.ts';

/** What a person said of a record: same label and partition, together; same label and another partition, apart. */
export type Label = { label: string; partition: string };

/** Labels by the place of a record or profile. */
export type Labels = ReadonlyMap<number, readonly Label[]>;

/** What a person said of a record by its key, as settings hold it. */
export type RecordLabel = StitchSettings['labels'][number];

/** What corrections that hold say of their records; the label is the correction's id. */
export const correctionLabels = (corrections: readonly Correction[]): RecordLabel[] =>
  corrections
    .filter(({ undone }) => undone === undefined)
    .flatMap(({ id, says, one, other }) => [
      { label: id, partition: '1', ...one },
      { label: id, partition: says === 'together' ? '1' : '2', ...other },
    ]);

/** Labels that only one of two lists has: what was said between two runs, or taken back. */
export function labelDifference(before: readonly RecordLabel[], now: readonly RecordLabel[]): RecordLabel[] {
  const [then, present] = [new Set(before.map(wordsOf)), new Set(now.map(wordsOf))];
  return [
    ...before.filter((label) => !present.has(wordsOf(label))),
    ...now.filter((label) => !then.has(wordsOf(label))),
  ];
}

const wordsOf = ({ label, partition, datasource, pk }: RecordLabel) => [label, partition, datasource, pk].join('\x1f');

/** Records by their keys as a relation. */
export function recordKeys(keys: readonly RecordKey[]): string {
  const rows = keys.map(({ datasource, pk }) => `(${text(datasource)}, ${text(pk)})`);
  const values = rows.length > 0 ? `VALUES ${rows.join(', ')}` : `SELECT '', '' WHERE false`;
  return `(SELECT DISTINCT * FROM (${values}) AS v(datasource, pk))`;
}

/** The labels of the settings as a relation. */
export function labelRows(settings: { labels: readonly RecordLabel[] }): string {
  const rows = settings.labels.map(
    ({ label, partition, datasource, pk }) => `(${[label, partition, datasource, pk].map(text).join(', ')})`,
  );
  const values = rows.length > 0 ? `VALUES ${rows.join(', ')}` : `SELECT '', '', '', '' WHERE false`;
  return `(SELECT * FROM (${values}) AS v(label, "partition", datasource, pk))`;
}

/** Table `label`: what people said about records, by their numbers. */
export const labelSql = (settings: Pick<StitchSettings, 'labels'>): string =>
  `CREATE TABLE label AS SELECT r.rid, l.label, l."partition" FROM ${labelRows(settings)} l JOIN record r USING (datasource, pk)`;

/** Labels of records that are not among these, as rows. */
export const lostLabelsSql = (settings: Pick<StitchSettings, 'labels'>, records: string): string =>
  `SELECT label, datasource, pk FROM ${labelRows(settings)} ANTI JOIN ${records} AS r USING (datasource, pk) ORDER BY ALL`;

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
