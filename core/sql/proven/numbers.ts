import { byKind, type Entry, type Group, macro, printArgs, same } from './entry.ts';

const ofKind =
  (name: string): Entry =>
  (call, printer) =>
    byKind(name, printArgs(call, printer, 1), printer);

const sum = (values: string[]): string => values.join(' + ');

/** Arithmetic functions. Roots and logarithms outside their domain give NaN or an infinity, as in Trino. */
export const numbers: Group = {
  abs: same('abs', 1),
  round: (call, printer) => {
    const args = printArgs(call, printer, 1, 2);
    return byKind(args.length === 1 ? 'trino_round' : 'trino_round_to', args, printer);
  },
  floor: ofKind('trino_floor'),
  ceil: ofKind('trino_ceil'),
  ceiling: ofKind('trino_ceil'),
  truncate: ofKind('trino_truncate'),
  sign: ofKind('trino_sign'),
  mod: (call, printer) => byKind('trino_modulo', printArgs(call, printer, 2), printer, sum),
  power: macro('trino_power', 2),
  pow: macro('trino_power', 2),
  sqrt: macro('trino_sqrt', 1),
  cbrt: same('cbrt', 1),
  exp: same('exp', 1),
  ln: macro('trino_ln', 1),
  log10: macro('trino_log10', 1),
  log2: macro('trino_log2', 1),
  pi: same('pi', 0),
  is_nan: same('isnan', 1),
};
