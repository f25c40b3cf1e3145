import { parse } from '@polyglot-sql/sdk';
import { RefusedSql, UnprovenSql } from '../errors.ts';

/** A node of the syntax tree: one key, its kind, over its fields. */
export type Node = Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, unknown>>;

const PARSED_KEPT = 200;
const parsed = new Map<string, Node>();

/** The tree of one SELECT, WITH … SELECT, set operation or VALUES; anything else is refused. Kept for the last texts. */
export function parseQuery(sql: string): Node {
  const kept = parsed.get(sql);
  if (kept !== undefined) return kept;
  const result = parse(sql, 'trino' as never);
  if (!result.success) throw new RefusedSql(`this is no SQL query that can be read: ${lowerFirst(result.error ?? '')}`);
  const statements = (result.ast ?? []) as unknown as Node[];
  const [statement, ...more] = statements;
  if (statement === undefined) throw new RefusedSql('the SQL is empty: expected one SELECT');
  if (more.length > 0) throw new RefusedSql(`the SQL has ${statements.length} statements: expected one SELECT`);
  requireQuery(statement);
  const tree = withoutComments(statement) as Node;
  if (parsed.size >= PARSED_KEPT)
    for (const oldest of [...parsed.keys()].slice(0, PARSED_KEPT / 2)) parsed.delete(oldest);
  parsed.set(sql, tree);
  return tree;
}

const QUERIES = new Set(['select', 'union', 'intersect', 'except', 'values', 'subquery']);

function requireQuery(statement: Node): void {
  const [kind] = open(statement);
  if (!QUERIES.has(kind)) {
    throw new RefusedSql(`the SQL is no query but ${kind.replaceAll('_', ' ')}: expected one SELECT`);
  }
}

/** The parser wraps an expression with a comment behind it in a node of its own. */
function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== 'object' || value === null) return value;
  const annotated = (value as { annotated?: Fields }).annotated;
  if (annotated !== undefined) return withoutComments(annotated.this);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutComments(one)]));
}

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1).trim();

/** The kind of a node and its fields. */
export function open(node: Node): [kind: string, fields: Fields] {
  const kind = Object.keys(node)[0] ?? 'nothing';
  const fields = node[kind];
  return [kind, typeof fields === 'object' && fields !== null ? (fields as Fields) : {}];
}

/** The fields of a node when it is of that kind. */
export function as(node: Node | undefined, kind: string): Fields | undefined {
  if (node === undefined) return undefined;
  const [actual, fields] = open(node);
  return actual === kind ? fields : undefined;
}

export const child = (fields: Fields, name: string): Node | undefined =>
  (fields[name] ?? undefined) as Node | undefined;
export const children = (fields: Fields, name: string): Node[] => (fields[name] ?? []) as Node[];

/** A name that the tree holds as `{ name, quoted }`. */
export function nameOf(value: unknown): string | undefined {
  const name = (value as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}

/** The text of a literal of that type. */
export function literalOf(node: Node | undefined, type: string): string | undefined {
  const literal = as(node, 'literal');
  return literal?.literal_type === type ? String(literal.value) : undefined;
}

/** Through the parentheses around a node. */
export function bare(node: Node): Node {
  const inner = as(node, 'paren');
  return inner === undefined ? node : bare(inner.this as Node);
}

const HARMLESS =
  /^(span|.*comments|original_name|alias_explicit_as|alias_keyword|inferred_type|.*_text|integer_spelling)$/;

/** Refuses a construct that sets a field which nobody here knows, so that nothing is left out silently. */
export function known(construct: string, fields: Fields, ...names: string[]): void {
  for (const [name, value] of Object.entries(fields)) {
    if (names.includes(name) || HARMLESS.test(name) || isUnset(value)) continue;
    throw unproven(`${construct} with ${name.replaceAll('_', ' ')}`);
  }
}

function isUnset(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  return Array.isArray(value) && value.length === 0;
}

/** The refusal of what isn't proven to give equal rows on DuckDB. */
export function unproven(
  construct: string,
  because = 'it is not proven to give the same rows on this engine',
): UnprovenSql {
  return new UnprovenSql(`\`${construct}\` runs in AWS only: ${because}`, { data: { construct } });
}

/** Every node below, itself first. */
export function* walk(node: unknown): Generator<Node> {
  if (Array.isArray(node)) {
    for (const one of node) yield* walk(one);
  } else if (typeof node === 'object' && node !== null) {
    yield node as Node;
    for (const value of Object.values(node)) yield* walk(value);
  }
}
