import type { StitchSettings } from '../contracts/customer360.ts';
import { text } from '../sql/quote.ts';

type Labels = Pick<StitchSettings, 'labels'>;

/** Table `label`: what people said about a record. A labelled record stands for itself, never for its duplicates. */
export const labelSql = (settings: Labels): string => `CREATE TABLE label AS SELECT r.rid, l.label, l."partition"
FROM ${labelRows(settings)} l JOIN record r USING (datasource, pk)`;

/** The labels of the settings as a relation. */
export function labelRows(settings: Labels): string {
  const rows = settings.labels.map(
    ({ label, partition, datasource, pk }) => `(${[label, partition, datasource, pk].map(text).join(', ')})`,
  );
  const values = rows.length > 0 ? `VALUES ${rows.join(', ')}` : `SELECT '', '', '', '' WHERE false`;
  return `(SELECT * FROM (${values}) AS v(label, "partition", datasource, pk))`;
}

/** All that labels say of one record. */
export const labelWords = `string_agg(label || chr(31) || "partition", chr(30) ORDER BY label, "partition")`;

/**
 * Trivial duplicates: records alike in every matching column are one profile, which goes on in their stead. Its number is
 * the rid of its first record. Tables `content` (what a profile is made of) and `member` (rid, profile).
 */
export const memberSql = [
  `CREATE TABLE labelled AS SELECT rid, ${labelWords} AS words FROM label GROUP BY rid`,
  `CREATE TABLE content AS SELECT content_hash, coalesce(l.words, '') AS words, min(rid) AS profile
FROM clean c LEFT JOIN labelled l USING (rid) GROUP BY ALL`,
  `CREATE TABLE member AS SELECT c.rid, p.profile FROM clean c LEFT JOIN labelled l USING (rid)
JOIN content p ON p.content_hash = c.content_hash AND p.words = coalesce(l.words, '')`,
];
