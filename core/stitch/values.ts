import { ident, text } from '../sql/quote.ts';
import { nicknameColumns } from './nicknames.ts';
import { profileColumns, type Shape } from './shape.ts';

/**
 * Columns whose agreement counts by how common the value is: name of the column, and the value in `profile`. An address is
 * one with its area, since a street's name says little without its town.
 */
export function countedValues(shape: Shape): { column: string; value: string }[] {
  const company = shape.columns.has('company') ? ['company'] : [];
  const plain = ['given_name', 'surname', 'email', 'phone', 'postal', ...company, ...shape.evidence];
  return [
    ...plain.map((column) => ({ column, value: ident(column) })),
    { column: 'birthdate', value: 'dob' },
    { column: 'place', value: 'place' },
  ];
}

/** Frequency in powers of two: 0 for fewer than four holders, 1 for fewer than eight, and so on; whole numbers only. */
export const bandOf = (count: string) => `greatest(0, length(bin(${count})) - 2)::UTINYINT`;
/** The same, of a number. */
export const band = (count: number): number => Math.max(0, Math.floor(Math.log2(Math.max(1, count))) - 1);

/** Tables `value_count` of the values that profiles share (semantic, value, n), and `value_band` of those that four or more hold. */
export function valueSql(shape: Shape): string[] {
  const counts = countedValues(shape).map(
    ({ column, value }) =>
      `SELECT ${text(column)} AS semantic, value, count(*)::INTEGER AS n FROM (SELECT ${value} AS value FROM profile) WHERE value IS NOT NULL GROUP BY value HAVING count(*) > 1`,
  );
  return [
    `CREATE TABLE value_count AS ${counts.join(' UNION ALL ')}`,
    `CREATE TABLE value_band AS SELECT semantic, value, n FROM value_count WHERE n >= 4 ORDER BY semantic, value`,
  ];
}

/** For each column and band, the pairs of profiles that agree on a value of that band; exact, in closed form. */
export const agreementSql = `SELECT semantic, ${bandOf('n')} AS band, sum(n::BIGINT * (n - 1) // 2)::DOUBLE AS pairs
FROM value_count GROUP BY ALL ORDER BY ALL`;

/** Soundex of a name without its first-letter padding, so that names of one sound share a key (US National Archives rules). */
export function soundex(name: string): string {
  const digits = `translate(regexp_replace(${name}, '[^A-Z]', '', 'g'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '01230129022455012623019202')`;
  const merged = ['1', '2', '3', '4', '5', '6'].reduce(
    (sound, d) => `regexp_replace(${sound}, '${d}9*${d}+', '${d}', 'g')`,
    digits,
  );
  return `nullif(left(${name}, 1) || left(regexp_replace(substr(${merged}, 2), '[09]', '', 'g'), 3), '')`;
}

/** A relation of standardised values with what keys and comparisons read besides them. */
export const derivedSql = (relation: string) =>
  `SELECT *, strftime(birthdate, '%Y%m%d') AS dob, street || '|' || coalesce(postal, city) AS place,
  nullif(translate(split_part(email, '@', 1), '._-', ''), '') AS email_user FROM ${relation}`;

/** Tables `sound` of the surnames, and `profile`: one row a profile, and how many records it stands for. */
export const profileSql = (shape: Shape): string[] => [
  `CREATE TABLE sound AS SELECT surname, ${soundex('surname')} AS sound FROM (SELECT DISTINCT surname FROM clean WHERE surname IS NOT NULL)`,
  `CREATE TABLE profile AS ${derivedSql(`(SELECT c.rid AS id, n.records, ${profileColumns(shape)
    .map((column) => `c.${ident(column)}`)
    .join(', ')}, sound.sound
FROM clean c JOIN (SELECT profile, count(*)::INTEGER AS records FROM member GROUP BY profile) n ON n.profile = c.rid
LEFT JOIN sound ON sound.surname = c.surname)`)}`,
];

/** The profiles with the band of each value that counts, and the canonical given names. */
export function gradedSql(shape: Shape): string {
  const counted = countedValues(shape);
  const bands = counted.map(
    ({ column }) => `coalesce(${ident(`v_${column}`)}.band, 0)::UTINYINT AS ${ident(`${column}_band`)}`,
  );
  const joins = counted.map(
    ({ column, value }) =>
      `LEFT JOIN (SELECT value, ${bandOf('n')} AS band FROM value_band WHERE semantic = ${text(column)}) AS ${ident(`v_${column}`)}
  ON ${ident(`v_${column}`)}.value = p.${value}`,
  );
  return `SELECT p.*, ${nicknameColumns.map((column) => `nickname.${column}`).join(', ')}, ${bands.join(', ')}
FROM profile p
LEFT JOIN nickname ON nickname.name = p.given_name
${joins.join('\n')}`;
}
