import { createHash } from 'node:crypto';
import type { StitchSettings } from '../../contracts/customer360.ts';
import { ident, text } from '../../sql/quote.ts';
import type { Oversized } from '../blocking/rule-blocks.ts';
import type { Shape } from '../records/shape.ts';
import type { CommonValue } from '../records/values.ts';
import { sharesValues } from './own-rules.ts';

/** Files beside the published tables: what the model froze. */
export const stateFiles = {
  model: 'model.json',
  values: 'model_values.parquet',
  badValues: 'model_bad_values.parquet',
  blocks: 'model_blocks.parquet',
} as const;

const from = (folder: string, file: string) => `read_parquet(${text(`${folder}/${file}`)})`;

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/**
 * What of the settings a model depends on; the rest decides clusters, not weights. Nicknames and bad values say something of
 * a few records: a model of their own would move others too, and is a matter of its own (`stitch retrain`).
 */
export function settingsHash(settings: StitchSettings): string {
  const { case_sensitive_fks, key_priority } = settings;
  // Of rules only those that make records meet: the model knows which blocks are large.
  const meet = settings.rules.filter(sharesValues);
  return hashOf({ case_sensitive_fks, key_priority, ...(meet.length > 0 && { meet }) });
}

/** Tells settings apart that may give other people. Labels are left out: what they change is told record by record. */
export const inputHash = ({ labels: _, ...settings }: StitchSettings): string => hashOf(settings);

/** A number that tells two sets of records apart, whatever the order of their rows. */
export function fingerprintSql(records: string, shape: Shape): string {
  const columns = [...shape.columns].sort().map(ident);
  return `SELECT count(*) || ':' || coalesce(sum(hash(${columns.join(', ')})::HUGEINT), 0) AS fingerprint
FROM read_parquet(${text(records)})`;
}

/** What a model froze: values that several profiles hold, and blocks that it refines. */
export interface Frozen {
  values: CommonValue[];
  blocks: Oversized[];
}

export const frozenValuesSql = (folder: string) => `SELECT semantic, value, n FROM ${from(folder, stateFiles.values)}`;
export const frozenBlocksSql = (folder: string) => `SELECT depth, rule, key, n FROM ${from(folder, stateFiles.blocks)}`;

export const frozenBadSql = (folder: string) =>
  `SELECT semantic, value, num_values::INTEGER AS num_values, num_proxy::INTEGER AS num_proxy FROM ${from(folder, stateFiles.badValues)}`;

/** Queries whose results a run keeps for the next. */
export function stateSql(): Record<string, string> {
  return {
    [stateFiles.values]: 'SELECT semantic, value, n::INTEGER AS n FROM value_band ORDER BY semantic, value',
    [stateFiles.badValues]: 'SELECT semantic, value, num_values, num_proxy FROM bad_auto ORDER BY semantic, value',
    [stateFiles.blocks]:
      'SELECT depth::INTEGER AS depth, rule::INTEGER AS rule, key::UINTEGER AS key, n::INTEGER AS n FROM oversized ORDER BY depth, rule, key',
  };
}
