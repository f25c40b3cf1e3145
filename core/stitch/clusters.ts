import { type Layout, patternSql, wordNames } from './patterns.ts';

/** A piece of so many profiles at most has all its pairs compared, so that this grows with the records, not their square. */
const COMPLETE = 50;

/** Table `in_piece` (profile, piece): the pieces of three profiles and more. */
export const inPieceTableSql = 'CREATE TABLE in_piece (profile INTEGER, piece INTEGER)';

/** Table `known`: the scored pairs within the pieces. */
export const knownSql = `CREATE TABLE known AS SELECT s.* FROM scored s JOIN in_piece l ON l.profile = s.a JOIN in_piece r ON r.profile = s.b AND r.piece = l.piece`;

/** Table `unmet`: the pairs within a piece that no rule brought together. */
export const unmetSql = `CREATE TABLE unmet AS SELECT l.profile AS a, r.profile AS b
FROM in_piece l JOIN in_piece r ON l.piece = r.piece AND l.profile < r.profile ANTI JOIN known k ON k.a = l.profile AND k.b = r.profile
WHERE l.piece IN (SELECT piece FROM in_piece GROUP BY piece HAVING count(*) <= ${COMPLETE})`;

/** Table `transitive`: those pairs, compared. */
export const transitiveSql = (layout: Layout) => `CREATE TABLE transitive AS ${patternSql(layout, 'unmet')}`;

/** All known pairs within the pieces, the transitive ones among them. Nothing depends on their order: weights are whole numbers. */
export const knownPairsSql = (layout: Layout) => {
  const columns = ['a', 'b', 'score', ...wordNames(layout)].join(', ');
  return `SELECT ${columns} FROM (SELECT ${columns} FROM known UNION ALL SELECT ${columns} FROM scored WHERE match_type = 'scored_transitive')`;
};

/** Table `clustered`: what was found for the profiles that are not alone; supersized is -1 where it is not. */
export const clusteredTableSql =
  'CREATE TABLE clustered (profile INTEGER, component INTEGER, cluster INTEGER, supersized INTEGER)';

/** Pairs to compare of a profile with itself: those that stand for several records. */
export const selfPairsSql = (layout: Layout) =>
  `CREATE TABLE self AS ${patternSql(layout, '(SELECT id AS a, id AS b FROM profile WHERE records > 1)')}`;

/** Table `weak`: profiles whose records agree in all they have, yet in too little to be one person. */
export const weakSql = (layout: Layout, threshold: number) =>
  `CREATE TABLE weak AS SELECT s.a AS id FROM self s JOIN decision d ON ${wordNames(layout)
    .map((name) => `d.${name} = s.${name}`)
    .join(' AND ')} WHERE d.score < ${threshold}`;

/** Sources by size, and how many records repeat another of their own source and profile. */
export const sourcesSql = `SELECT datasource, count(*)::INTEGER AS records, (count(*) - count(DISTINCT m.profile))::INTEGER AS repeated
FROM record JOIN member m USING (rid) GROUP BY datasource ORDER BY records DESC, datasource`;

/** The sources of each profile, a bit each, of those named. */
export function sourceMasksSql(sources: readonly string[], quote: (value: string) => string): string {
  const bits = sources.map((name, i) => `WHEN ${quote(name)} THEN ${1 << i}`).join(' ');
  return `SELECT m.profile, bit_or(CASE r.datasource ${bits} ELSE 0 END)::INTEGER AS mask
FROM member m JOIN record r USING (rid) GROUP BY m.profile`;
}
