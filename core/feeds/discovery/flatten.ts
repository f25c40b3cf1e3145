import { ident } from '../../sql/quote.ts';
import { snakeCase } from '../columns.ts';

/** A nested column of a file, as DuckDB describes it. */
export interface NestedColumn {
  name: string;
  type: string;
}

/** Columns of a flattened file, each with its place in it and its SQL over the table `file`, and lists that stay JSON text. */
export interface Flattened {
  columns: { name: string; path: readonly string[]; sql: string }[];
  lists: string[];
}

export const isNested = ({ type }: NestedColumn): boolean => /^(STRUCT|MAP)|\]$/.test(type);

/** Every field of every structure as a column of its own: `address.city` → `address_city`. Lists become JSON text. */
export function flatten(columns: readonly NestedColumn[]): Flattened {
  const flat: Flattened = { columns: [], lists: [] };
  const taken = new Set<string>();
  for (const column of columns) visit(column, ident(column.name), [column.name], flat, taken);
  return flat;
}

function visit({ type }: NestedColumn, sql: string, path: string[], flat: Flattened, taken: Set<string>): void {
  const members = structMembers(type);
  if (members !== undefined) {
    for (const member of members) visit(member, `${sql}.${ident(member.name)}`, [...path, member.name], flat, taken);
    return;
  }
  const wanted = path.length === 1 ? (path[0] ?? '') : snakeCase(path.join('_'));
  let name = wanted;
  for (let turn = 2; taken.has(name.toLowerCase()); turn += 1) name = `${wanted}_${turn}`;
  taken.add(name.toLowerCase());
  const nested = /^MAP|\]$/.test(type);
  if (nested) flat.lists.push(path.join('.'));
  flat.columns.push({
    name,
    path,
    sql: nested ? `CAST(to_json(${sql}) AS VARCHAR)` : type === 'JSON' ? `${sql} ->> '$'` : sql,
  });
}

/** The members of `STRUCT(a VARCHAR, "b c" STRUCT(…))`, undefined of another type. */
function structMembers(type: string): NestedColumn[] | undefined {
  if (!type.startsWith('STRUCT(') || !type.endsWith(')')) return undefined;
  const inner = type.slice('STRUCT('.length, -1);
  const parts: string[] = [];
  let [depth, quoted, start] = [0, false, 0];
  for (let at = 0; at < inner.length; at += 1) {
    const letter = inner[at];
    if (letter === '"') quoted = !quoted;
    if (quoted) continue;
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) {
      parts.push(inner.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, inner.slice(start)].map((part) => {
    const [, quotedName, bare, member = ''] = /^\s*(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(part) ?? [];
    return { name: quotedName?.replaceAll('""', '"') ?? bare ?? '', type: member.trim() };
  });
}
