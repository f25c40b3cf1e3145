import { applied, type Group, macro, printArgs, same } from './entry.ts';

/** Arithmetic functions. Roots and logarithms outside their domain give NaN or an infinity, as in Trino. */
export const numbers: Group = {
  abs: same('abs', 1),
  round: (call, printer) => {
    const args = printArgs(call, printer, 1, 2);
    return applied(args.length === 1 ? 'trino_round' : 'trino_round_to', args, printer);
  },
  floor: macro('trino_floor', 1),
  ceil: macro('trino_ceil', 1),
  ceiling: macro('trino_ceil', 1),
  truncate: macro('trino_truncate', 1),
  sign: macro('trino_sign', 1),
  mod: macro('trino_modulo', 2),
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
