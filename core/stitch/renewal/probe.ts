import type { StitchSettings } from '../../contracts/customer360.ts';
import { ident } from '../../sql/quote.ts';
import { keyListSql } from '../blocking/blocking-keys.ts';
import type { Rule } from '../blocking/rule.ts';
import { flagged } from '../cleaning/bad-values.ts';
import { standardColumns } from '../cleaning/standardise.ts';
import { contentHash } from '../records/duplicates.ts';
import { labelDifference, labelRows, labelWords, type RecordLabel, recordKeys } from '../records/labels.ts';
import { profileColumns, type Shape } from '../records/shape.ts';
import { derivedSql } from '../records/values.ts';

/*
 * Which people a change may touch: those of the records that changed, of their duplicates, and of all that they match. Here
 * `record`, `clean` and so on are of the changed records; `records` is the relation of all as the last run
 * preprocessed them.
 */

/** What is alike in two duplicates, as one number, beside the keys that they share. */
const alike = (shape: Shape) => `hash('alike', ${profileColumns(shape).map(ident).join(', ')})`;

/** Tables `clean`, with a hash of what each record says, and `flags`, of which rows may be taken away. */
export const changedSql = (shape: Shape) => [
  'ALTER VIEW clean RENAME TO clean_view',
  `CREATE TABLE clean AS SELECT *, ${contentHash(profileColumns(shape))} FROM clean_view`,
  'ALTER VIEW flags RENAME TO flags_view',
  'CREATE TABLE flags AS FROM flags_view',
];

/** Labels of the settings, and of those of the last run. */
export interface LabelsNowAndThen {
  labels: readonly RecordLabel[];
  labelsBefore: readonly RecordLabel[];
}

const saidSql = (table: string, labels: readonly RecordLabel[]) =>
  `CREATE TABLE ${table} AS SELECT datasource, pk, ${labelWords} AS words FROM ${labelRows({ labels })} GROUP BY datasource, pk`;

/**
 * Table `said`: all that labels say of a record; `relabelled`: records of which they said something else before; and `before`:
 * the changed records as they were.
 */
export const beforeSql = (shape: Shape, { labels, labelsBefore }: LabelsNowAndThen, records: string) => [
  saidSql('said', labels),
  saidSql('said_before', labelsBefore),
  `CREATE TABLE relabelled AS FROM ${recordKeys(labelDifference(labelsBefore, labels))}`,
  `CREATE TABLE before AS SELECT o.*, ${contentHash(profileColumns(shape))}, coalesce(s.words, '') AS words
FROM (SELECT * FROM ${records} SEMI JOIN record USING (datasource, pk)) o LEFT JOIN said_before s USING (datasource, pk)`,
];

/** Records that were relabelled, and are not among those that were given. */
export const ungivenSql = (assignments: string) =>
  `(SELECT * FROM relabelled SEMI JOIN ${assignments} USING (datasource, pk) ANTI JOIN record USING (datasource, pk))`;

/** Changed records that say what they said before, bad values and labels included, have not changed for Stitch. */
export const unchangedSql = (assignments: string) => [
  `CREATE TABLE unchanged AS SELECT c.rid FROM clean c JOIN record r USING (rid) JOIN flags f USING (rid)
JOIN before b ON b.datasource = r.datasource AND b.pk = r.pk AND b.content_hash = c.content_hash
JOIN ${assignments} a ON a.datasource = r.datasource AND a.pk = r.pk
WHERE NOT a.has_blv AND NOT (${flagged.map((column) => `f.blv_${column}`).join(' OR ')})`,
  'DELETE FROM unchanged WHERE rid IN (SELECT rid FROM record SEMI JOIN relabelled USING (datasource, pk))',
  ...['record', 'removed', 'clean', 'flags'].map((table) => `DELETE FROM ${table} WHERE rid IN (FROM unchanged)`),
  'DELETE FROM before WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.datasource = before.datasource AND r.pk = before.pk)',
];

/** Table `hit_key` (int_id, key): records that share a key with a changed one, or are all that one is or was. */
export const hitKeySql = (shape: Shape, rules: readonly Rule[], records: string) => [
  `CREATE TABLE sought AS SELECT unnest(list_filter(list_append(${keyListSql(rules, shape)}, ${alike(shape)}), lambda k: k IS NOT NULL)) AS key FROM (${derivedSql('(FROM clean SEMI JOIN content ON content.profile = clean.rid)')})
  UNION SELECT ${alike(shape)} FROM before`,
  `CREATE TABLE hit_key AS SELECT int_id, key FROM (
  SELECT int_id, unnest(list_filter(list_append(${keyListSql(rules, shape)}, ${alike(shape)}), lambda k: k IS NOT NULL)) AS key FROM (${derivedSql(records)})
) SEMI JOIN sought USING (key)`,
];

/** Tables `hit` of those records and `known` of their profiles, which are numbered from `first` on. */
export const knownSql = (shape: Shape, records: string, first: number) => [
  `CREATE TABLE hit AS SELECT o.*, ${contentHash(profileColumns(shape))}, coalesce(s.words, '') AS words
FROM (SELECT * FROM ${records} SEMI JOIN hit_key USING (int_id) ANTI JOIN record USING (datasource, pk)) o LEFT JOIN said s USING (datasource, pk)`,
  `CREATE TABLE known AS SELECT (row_number() OVER (ORDER BY datasource, pk) - 1)::INTEGER + ${first} AS id, * FROM (
  SELECT * FROM hit QUALIFY row_number() OVER (PARTITION BY content_hash, words ORDER BY datasource, pk) = 1
)`,
];

/** The profiles of the changed records, and the known ones that may match them. */
export function metSql(shape: Shape): string {
  const columns = standardColumns(shape).map(ident).join(', ');
  return `(SELECT rid AS id, ${columns} FROM clean SEMI JOIN content ON content.profile = clean.rid UNION ALL SELECT id, ${columns} FROM known)`;
}

/** Table `touched` (component_id): the components of the last run that the changes may join or part. */
export const touchedSql = (settings: StitchSettings, records: string, threshold: number) => `CREATE TABLE touched AS
SELECT component_id FROM before
UNION SELECT h.component_id FROM hit h SEMI JOIN before USING (content_hash)
UNION SELECT h.component_id FROM hit h SEMI JOIN content USING (content_hash)
UNION SELECT h.component_id FROM hit h JOIN known k USING (content_hash, words) JOIN scored s ON s.score >= ${threshold} AND k.id = greatest(s.a, s.b)
${settings.labels.length === 0 ? '' : `UNION SELECT component_id FROM ${records} SEMI JOIN (SELECT datasource, pk FROM ${labelRows(settings)} SEMI JOIN label USING (label, "partition")) USING (datasource, pk)`}`;
