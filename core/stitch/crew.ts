import type { tasks } from './tasks.ts';

type Tasks = typeof tasks;

/** Threads that do tasks at the same time as this one. What goes to them and comes back is plain data. */
export interface Crew {
  /** How many there are beside this thread. */
  readonly hands: number;
  /** A part of fewer things than this is done sooner than a hand is told of it. */
  readonly least: number;
  /** Has a task done with each of the inputs. Gives what was made of them, in their order. */
  give<Name extends keyof Tasks>(
    task: Name,
    inputs: readonly Parameters<Tasks[Name]>[0][],
  ): Promise<ReturnType<Tasks[Name]>[]>;
}

/** This thread alone. It is never given anything: `partsOf` makes one part for it. */
export const alone: Crew = { hands: 0, least: 1, give: () => Promise.resolve([]) };

/** The hands that so many things are worth telling. */
export const handsFor = ({ hands, least }: Crew, size: number): number => (size < least ? 0 : hands);

/** A range of things. */
export interface Part {
  from: number;
  to: number;
}

/** Deals things in turns, to so many. */
export const dealt = <T>(things: readonly T[], among: number): T[][] =>
  Array.from({ length: among }, (_, turn) => things.filter((_thing, place) => place % among === turn));

/** Cuts so many things in equal parts, the first for this thread and one for each hand; in fewer where they are few. */
export function partsOf({ hands, least }: Crew, size: number): [Part, ...Part[]] {
  const parts = Math.max(1, Math.min(hands + 1, Math.floor(size / least)));
  const [first = { from: 0, to: size }, ...others] = Array.from({ length: parts }, (_, i) => ({
    from: Math.floor((i * size) / parts),
    to: Math.floor(((i + 1) * size) / parts),
  }));
  return [first, ...others];
}
