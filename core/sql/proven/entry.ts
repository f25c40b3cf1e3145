import { RefusedSql } from '../../errors.ts';
import type { Printer } from '../duckdb/printer.ts';
import { bare, literalOf, unproven } from '../tree.ts';
import type { Call } from './call.ts';

/** Writes one proven function as DuckDB text. */
export type Entry = (call: Call, printer: Printer) => string;
export type Group = Readonly<Record<string, Entry>>;

/** The printed arguments of a call that takes `least` to `most` of them. */
export function printArgs(call: Call, printer: Printer, least: number, most = least): string[] {
  const count = call.args.length;
  if (count < least || count > most) {
    if (count > most) throw unproven(`${call.name} of ${count} arguments`);
    throw new RefusedSql(
      `${call.name} has ${count} arguments: expected ${least === most ? least : `${least} to ${most}`}`,
    );
  }
  return call.args.map((arg) => printer.expression(arg));
}

/** A function that DuckDB has with the same meaning, or under another name. */
export const same =
  (name: string, least: number, most = least): Entry =>
  (call, printer) =>
    `${name}(${printArgs(call, printer, least, most).join(', ')})`;

/** A function that a macro of ours gives Trino's meaning; macros use an argument several times, so long ones are named. */
export const macro =
  (name: string, least: number, most = least): Entry =>
  (call, printer) =>
    applied(name, printArgs(call, printer, least, most), printer);

/** A macro of already printed arguments. */
export function applied(name: string, args: string[], printer: Printer): string {
  return named(args, printer, (values) => `${name}(${values.join(', ')})`);
}

/** A macro with a meaning for each kind of number; `of` writes the value whose kind decides. */
export function byKind(
  name: string,
  args: string[],
  printer: Printer,
  of = (values: string[]) => values[0] ?? '',
): string {
  return named(args, printer, (values) => `${name}(${values.join(', ')}, k := trino_kind(${of(values)}))`);
}

function named(args: string[], printer: Printer, body: (values: string[]) => string, done: string[] = []): string {
  const [first, ...rest] = args;
  if (first === undefined) return body(done);
  return printer.once(first, (value) => named(rest, printer, body, [...done, value]));
}

/** The text of an argument that has to be a plain string literal for the function to be proven. */
export function literalArg(call: Call, at: number): string {
  const arg = call.args[at];
  const value = arg && literalOf(bare(arg), 'string');
  if (value === undefined)
    throw unproven(`${call.name} with a computed argument ${at + 1}`, 'it is proven for literals');
  return value;
}
