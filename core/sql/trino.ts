import { tokenize } from '@polyglot-sql/sdk';
import { RefusedSql } from '../errors.ts';
import { Clock } from './clock.ts';
import { ident } from './quote.ts';
import type { Scope } from './scope.ts';
import { as, children, type Fields, type Node, nameOf, open, walk } from './tree.ts';

interface Span {
  start: number;
  end: number;
}

/** A stretch of the text, counted in characters, and what stands there instead. */
interface Edit extends Span {
  text: string;
}

/**
 * Puts physical table names and the run's clock into Trino text. Only those places change: what the parser knows badly
 * is never written anew.
 */
export function rewriteTrino(sql: string, tree: Node, scope: Scope, clock: Clock): string {
  const edits: Edit[] = [];
  collectTables(tree, scope, edits);
  const reads = scope.reads;
  for (const node of walk(tree)) {
    const column = as((as(node, 'dot')?.this ?? {}) as Node, 'column');
    const schema = nameOf(column?.table)?.toLowerCase();
    const table = nameOf(column?.name)?.toLowerCase();
    if (column === undefined || !reads.some((read) => read.schema === schema && read.table === table)) continue;
    edits.push({ start: spanOf(column.table).start, end: spanOf(column.name).start, text: '' });
  }
  collectClock(sql, clock, edits);
  return applied(sql, edits);
}

const spanOf = (named: unknown): Span => (named as { span: Span }).span;

/** Every real table below, resolved in its scope, and the edit that names it physically. */
export function collectTables(value: unknown, scope: Scope, edits: Edit[]): void {
  if (Array.isArray(value)) {
    for (const one of value) collectTables(one, scope, edits);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Fields;
  const table = fields.table as Fields | null | undefined;
  if (typeof table?.name === 'object') {
    editTable(table, scope, edits);
    return;
  }
  refuseTableFunctions(fields);
  const named = fields.with as Fields | undefined;
  const inside = named?.ctes === undefined ? scope : collectNamed(named, scope, edits);
  for (const [name, one] of Object.entries(fields)) if (name !== 'with') collectTables(one, inside, edits);
}

function collectNamed(clause: Fields, scope: Scope, edits: Edit[]): Scope {
  let inside = scope;
  for (const cte of children(clause, 'ctes') as Fields[]) {
    const after = inside.with(nameOf(cte.alias) ?? '');
    collectTables(cte.this, clause.recursive === true ? after : inside, edits);
    inside = after;
  }
  return inside;
}

/** FROM may name tables and queries; functions there could read what is no table of the environment. */
function refuseTableFunctions(fields: Fields): void {
  const relations = [...children((fields.from ?? {}) as Fields, 'expressions'), ...joined(fields)];
  for (const relation of relations) {
    const [kind, inner] = open(as(relation, 'alias') ? ((as(relation, 'alias') as Fields).this as Node) : relation);
    if (kind === 'function')
      throw new RefusedSql(`${inner.name} is a table function: expected a table of this environment`);
  }
}

const joined = (fields: Fields): Node[] =>
  (Array.isArray(fields.joins) ? (fields.joins as Fields[]) : []).map((join) => join.this as Node);

function editTable(table: Fields, scope: Scope, edits: Edit[]): void {
  if (table.version || table.when) {
    throw new RefusedSql(`${nameOf(table.name)} is read at another time: expected the tables as they are published`);
  }
  const { physical, name } = scope.resolve(table);
  if (physical === undefined) return;
  const start = spanOf(table.schema ?? table.name).start;
  const alias = nameOf(table.alias) === undefined ? ` AS ${ident(name)}` : '';
  edits.push({ start, end: spanOf(table.name).end, text: physical + alias });
}

interface Token {
  tokenType?: string;
  token_type?: string;
  text: string;
  span: Span;
}

/** Clock functions are found among the tokens, since their nodes don't say where they stand. */
function collectClock(sql: string, clock: Clock, edits: Edit[]): void {
  const result = tokenize(sql, 'trino' as never);
  const tokens = (result.tokens ?? []) as unknown as Token[];
  tokens.forEach((token, at) => {
    const name = token.text.toLowerCase();
    const kind = token.tokenType ?? token.token_type;
    if (kind === 'STRING' || kind === 'QUOTED_IDENTIFIER' || !Clock.reads(name)) return;
    if (tokens[at - 1]?.text === '.') return;
    const call = tokens.slice(at + 1, at + 4).map((one) => one.text);
    const open = call[0] === '(';
    if (name === 'now' && !open) return;
    const digits = open && call[1] !== ')' ? Number(call[1]) : undefined;
    const last = open ? tokens[at + (digits === undefined ? 2 : 3)] : token;
    edits.push({ start: token.span.start, end: (last ?? token).span.end, text: clock.read(name, digits, ' UTC') });
  });
}

/** Spans count characters, not UTF-16 units. */
function applied(sql: string, edits: Edit[]): string {
  const characters = Array.from(sql);
  let text = '';
  let done = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    text += characters.slice(done, edit.start).join('') + edit.text;
    done = edit.end;
  }
  return text + characters.slice(done).join('');
}
