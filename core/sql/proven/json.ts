import { text } from '../quote.ts';
import { unproven } from '../tree.ts';
import { applied, type Group, literalArg, printArgs } from './entry.ts';

const PATH = /^\$(\.[A-Za-z_][A-Za-z0-9_]*|\[\d+\]|\["[^"\\\]]+"\])*$/;

/** A path that both engines read alike, as DuckDB writes it. */
function path(written: string): string {
  if (!PATH.test(written))
    throw unproven(`the JSON path ${written}`, 'expected names and indexes, such as $.address.lines[0]');
  return written.replace(/\["([^"]+)"\]/g, '."$1"');
}

/** JSON in text; JSON values of their own are not proven. */
export const json: Group = {
  json_extract_scalar: (call, printer) => {
    const [value = ''] = printArgs(call, printer, 2);
    return applied('trino_json_scalar', [value, text(path(literalArg(call, 1)))], printer);
  },
  json_array_length: (call, printer) => applied('trino_json_array_length', printArgs(call, printer, 1), printer),
};
