import { createHash } from 'node:crypto';
import type { StitchSettings } from '../contracts/customer360.ts';
import { ident, text } from '../sql/quote.ts';
import { REFINEMENTS } from './blocking.ts';
import type { Shape } from './shape.ts';

/** Files beside the published tables: what the model froze. */
export const stateFiles = {
  model: 'model.json',
  values: 'model_values.parquet',
  badValues: 'model_bad_values.parquet',
  blocks: 'model_blocks.parquet',
} as const;

const from = (folder: string, file: string) => `read_parquet(${text(`${folder}/${file}`)})`;
const depths = Array.from({ length: REFINEMENTS + 1 }, (_, depth) => depth);

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** What of the settings a model depends on; the rest decides clusters, not weights. */
export function settingsHash({ bad_values, nicknames, case_sensitive_fks, key_priority }: StitchSettings): string {
  return hashOf({ bad_values, nicknames, case_sensitive_fks, key_priority });
}

/** Tells settings apart that may give other results. */
export const inputHash = (settings: StitchSettings): string => hashOf(settings);

/** A number that tells two sets of records apart, whatever the order of their rows. */
export function fingerprintSql(records: string, shape: Shape): string {
  const columns = [...shape.columns].sort().map(ident);
  return `SELECT count(*) || ':' || coalesce(sum(hash(${columns.join(', ')})::HUGEINT), 0) AS fingerprint
FROM read_parquet(${text(records)})`;
}

/** The frozen tables of a model. */
export const frozenValuesSql = (folder: string) =>
  `CREATE TABLE value_band AS SELECT * FROM ${from(folder, stateFiles.values)}`;
export const frozenBadSql = (folder: string) =>
  `CREATE TABLE bad_auto AS SELECT * FROM ${from(folder, stateFiles.badValues)}`;
export const frozenBlocksSql = (folder: string, depth: number) =>
  `CREATE TABLE oversized_${depth} AS SELECT rule, key, n FROM ${from(folder, stateFiles.blocks)} WHERE depth = ${depth}`;

/** Queries whose results a run keeps for the next. */
export function stateSql(): Record<string, string> {
  return {
    [stateFiles.values]: 'SELECT semantic, value, n FROM value_band ORDER BY semantic, value',
    [stateFiles.badValues]: 'SELECT semantic, value, num_values, num_proxy FROM bad_auto ORDER BY semantic, value',
    [stateFiles.blocks]: depths
      .map((depth) => `SELECT ${depth} AS depth, rule, key, n FROM oversized_${depth}`)
      .join(' UNION ALL '),
  };
}
