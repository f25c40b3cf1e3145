import type { Column } from '../records/columns.ts';
import { listOf } from '../records/columns.ts';
import { Dictionary } from '../records/dictionary.ts';

/** Two profiles that have a value in common, of columns that hold several. */
export function shares(lists: Column): (a: number, b: number) => boolean {
  if (lists.dictionary.size === 0) return () => false;
  const values = new Dictionary();
  const members = Array.from({ length: lists.dictionary.size }, (_, code) =>
    listOf(lists.dictionary.text(code)).map((value) => values.addText(value)),
  );
  return (a, b) => {
    const [mine, theirs] = [members[lists.code(a)], members[lists.code(b)]];
    return mine !== undefined && theirs !== undefined && mine.some((value) => theirs.includes(value));
  };
}
