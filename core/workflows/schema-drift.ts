import type { Run } from '../contracts/runs.ts';
import { ReadFileOutput } from '../contracts/steps.ts';

/** In what the files of a feed differ from it: columns that it doesn't know, and those of it that a file lacks. */
export interface SchemaDrift {
  feed: string;
  unknown_columns: string[];
  missing_columns: string[];
}

/** Of the feeds of which a file that the run read has other columns. */
export function schemaDrift({ tasks }: Pick<Run, 'tasks'>): SchemaDrift[] {
  const drifts = new Map<string, { unknown: Set<string>; missing: Set<string> }>();
  for (const { name, state, output } of tasks) {
    const read = name === 'ReadFile' && state === 'succeeded' ? ReadFileOutput.safeParse(output).data : undefined;
    if (read === undefined) continue;
    const { feed, counts } = read;
    const { unknown_columns, missing_columns } = counts;
    if (unknown_columns.length + missing_columns.length === 0) continue;
    const drift = drifts.get(feed) ?? { unknown: new Set(), missing: new Set() };
    for (const column of unknown_columns) drift.unknown.add(column);
    for (const column of missing_columns) drift.missing.add(column);
    drifts.set(feed, drift);
  }
  return [...drifts].map(([feed, { unknown, missing }]) => ({
    feed,
    unknown_columns: [...unknown],
    missing_columns: [...missing],
  }));
}
