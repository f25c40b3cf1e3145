import { RefusedSql, type UnprovenSql } from '../errors.ts';
import { Clock } from './clock.ts';
import type { Printer } from './duckdb/printer.ts';
import { aggregates, windows } from './proven/aggregates.ts';
import { arrays } from './proven/arrays.ts';
import type { Call } from './proven/call.ts';
import { conditions } from './proven/conditions.ts';
import type { Group } from './proven/entry.ts';
import { json } from './proven/json.ts';
import { numbers } from './proven/numbers.ts';
import { strings } from './proven/strings.ts';
import { times } from './proven/times.ts';
import { literalOf, unproven } from './tree.ts';
import { isTrinoFunction, nearestFunction } from './trino-functions.ts';

const groups = { strings, numbers, conditions, times, arrays, json, aggregates, windows };
const scalars: Group = { ...strings, ...numbers, ...conditions, ...times, ...arrays, ...json };
const rowFunctions: Group = { ...aggregates, ...windows };

/**
 * Functions that the parity suite has shown to give the same rows on DuckDB as on Trino. A function that is not here
 * is refused by name. To add one: an entry in its group, cases in the parity suite, and the suite run against Trino.
 */
export const provenFunctions: readonly string[] = [...Object.keys(scalars), ...Object.keys(rowFunctions)].sort();

/** The same by what they are about. */
export const provenGroups: readonly (readonly [about: string, names: readonly string[]])[] = Object.entries(groups).map(
  ([about, group]) => [about, Object.keys(group).sort()],
);

/** Why a well-known function is not proven, and what to use in its place. */
const INSTEAD: Record<string, string> = {
  approx_distinct: 'its estimate differs between engines; use count(distinct x)',
  arbitrary: 'it takes whatever row comes first; use min, max, min_by or max_by',
  any_value: 'it takes whatever row comes first; use min, max, min_by or max_by',
  random: 'it gives another answer each time',
  approx_percentile: 'its estimate differs between engines',
  rand: 'it gives another answer each time',
  uuid: 'it gives another answer each time',
  shuffle: 'it gives another answer each time',
};

/** A function call as DuckDB text; refused by name when it is not proven. */
export function printCall(call: Call, printer: Printer): string {
  const scalar = entryOf(scalars, call.name);
  if (scalar !== undefined) {
    if (call.distinct || call.filter || call.over || call.orderBy.length > 0 || call.ignoreNulls) {
      throw unproven(`${call.name} with distinct, filter, over or order by`);
    }
    return scalar(call, printer);
  }
  const aggregate = entryOf(rowFunctions, call.name);
  if (aggregate !== undefined) return aggregate(call, printer);
  if (Clock.reads(call.name)) {
    const digits = literalOf(call.args[0], 'number');
    return printer.clock.read(call.name, digits === undefined ? undefined : Number(digits));
  }
  throw isTrinoFunction(call.name) ? unproven(call.name, instead(call.name)) : unknownFunction(call.name);
}

function unknownFunction(name: string): RefusedSql | UnprovenSql {
  const near = nearestFunction(name);
  if (near === undefined) return unproven(name, 'it is no function of Trino itself');
  return new RefusedSql(`there is no function ${name}: did you mean ${near}?`, {
    data: { function: name, nearest: near },
  });
}

/** What to use in place of a function that is not proven, where there is such. */
export const instead = (name: string): string | undefined => (Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined);

const entryOf = (group: Group, name: string) => (Object.hasOwn(group, name) ? group[name] : undefined);
