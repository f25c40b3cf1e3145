import type { Column } from '../records/columns.ts';
import type { Context } from './comparison.ts';

/** Two given names, by number, that may stand for one. */
export function nicknamesMeet(
  given: Column,
  { nicknames }: Pick<Context, 'nicknames'>,
): (a: number, b: number) => boolean {
  const standsFor = new Map<number, ReadonlySet<string>>();
  for (const [name, canonicals] of nicknames) {
    const code = given.dictionary.find(name);
    if (code >= 0) standsFor.set(code, canonicals);
  }
  return (a, b) => {
    const [mine, theirs] = [standsFor.get(a), standsFor.get(b)];
    if (mine === undefined || theirs === undefined) return false;
    for (const canonical of mine) if (theirs.has(canonical)) return true;
    return false;
  };
}
