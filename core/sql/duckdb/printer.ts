import type { Clock } from '../clock.ts';
import { callOf } from '../proven/call.ts';
import { instead, printCall } from '../proven.ts';
import type { Scope } from '../scope.ts';
import { type Node, open, unproven } from '../tree.ts';
import { expressions } from './expressions.ts';
import { printQuery } from './queries.ts';

/** What is longer, or calls a macro, is named once instead of repeated, so that nesting can't blow a statement up. */
const LONG = 160;

/**
 * Writes a Trino tree as DuckDB text. It knows what it writes: a node or field that no printer here handles is refused,
 * and nothing is passed through as it stands.
 */
export class Printer {
  readonly scope: Scope;
  readonly clock: Clock;
  readonly #names: { taken: number };

  constructor(scope: Scope, clock: Clock, names = { taken: 0 }) {
    this.scope = scope;
    this.clock = clock;
    this.#names = names;
  }

  within(scope: Scope): Printer {
    return new Printer(scope, this.clock, this.#names);
  }

  /** A scalar expression, safe inside any other. */
  expression(node: Node): string {
    const [kind, fields] = open(node);
    const print = expressions[kind];
    if (print !== undefined) return print(fields, this);
    const call = callOf(kind, fields);
    if (call === undefined) throw unproven(kind, instead(kind));
    return printCall(call, this);
  }

  query(node: Node): string {
    return printQuery(node, this);
  }

  /** `body` of a value that it uses several times: a long value is computed once under a name. Equal expressions get equal
   * names, so that GROUP BY finds them again. */
  once(value: string, body: (name: string) => string): string {
    if (value.length <= LONG && !value.includes('trino_')) return body(value);
    this.#names.taken += 1;
    const name = `"_value${this.#names.taken}"`;
    const text = `list_transform([${value}], lambda ${name}: ${body(name)})[1]`;
    this.#names.taken -= 1;
    return text;
  }
}
