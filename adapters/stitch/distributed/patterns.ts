import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Patterns } from '../../../core/stitch/comparisons/patterns.ts';
import type { Tally } from '../../../core/stitch/distributed/tallies.ts';

/** What a bucket's pairs have in common, beside them: rows of levels, and the tallies of each row's pairs. */
const PatternFile = z.object({
  levels: z.array(z.array(z.number())),
  tallies: z.array(z.object({ pattern: z.number(), rules: z.array(z.number()), pairs: z.number() })),
});

export function writePatterns(
  path: string,
  { patterns, tallies }: { patterns: Patterns; tallies: readonly Tally[] },
): Promise<void> {
  const levels = Array.from({ length: patterns.size }, (_, pattern) => Array.from(patterns.levels(pattern)));
  const told = tallies.map((tally) => ({ ...tally, rules: Array.from(tally.rules) }));
  return writeFile(path, JSON.stringify({ levels, tallies: told }));
}

export interface AllPatterns {
  patterns: Patterns;
  tallies: Tally[];
  /** By the name of a bucket, which number its own patterns have among all. */
  numbers: ReadonlyMap<string, Int32Array>;
}

/** The patterns of all buckets of a folder; rows have so many levels. */
export async function readPatterns(folder: string, width: number): Promise<AllPatterns> {
  const patterns = new Patterns(width);
  const [tallies, numbers] = [[] as Tally[], new Map<string, Int32Array>()];
  for (const file of (await readdir(folder).catch(() => [])).sort()) {
    const told = PatternFile.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    const own = Int32Array.from(told.levels, (levels) => patterns.add(Uint8Array.from(levels)));
    for (const { pattern, rules, pairs } of told.tallies)
      tallies.push({ pattern: own[pattern] ?? 0, rules: Uint8Array.from(rules), pairs });
    numbers.set(file.replace('.json', ''), own);
  }
  return { patterns, tallies, numbers };
}
