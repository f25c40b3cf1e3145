import { dateMacros } from './macros/dates.ts';
import { listMacros } from './macros/lists.ts';
import { numberMacros } from './macros/numbers.ts';
import { textMacros } from './macros/texts.ts';

/**
 * Settings that translated SQL relies on, to be run before the instance is locked. Divisions are written by the
 * translator, so `/` stays what it is: doubles divided by zero give infinities as in Trino.
 */
export const settings: readonly string[] = [
  "SET GLOBAL TimeZone = 'UTC'",
  "SET GLOBAL Calendar = 'gregorian'",
  'SET GLOBAL ieee_floating_point_ops = true',
  "SET GLOBAL default_null_order = 'nulls_last'",
  'SET GLOBAL scalar_subquery_error_on_multiple_rows = true',
  "SET GLOBAL default_collation = ''",
];

/** Macros that translated SQL calls, to be run once before the instance is locked; each may run again. */
export const macroStatements: readonly string[] = [...numberMacros, ...textMacros, ...dateMacros, ...listMacros].map(
  (macro) => `CREATE OR REPLACE MACRO ${macro}`,
);
