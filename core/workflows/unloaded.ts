import { z } from 'zod';
import { CalendarDate } from '../contracts/names.ts';
import type { LandedFile } from '../contracts/steps.ts';
import { canonicalJson } from '../environments/canonical.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { addDays, dayIn } from '../feeds/calendar.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { ObjectStore } from '../ports.ts';
import type { Warehouse } from '../sql/port.ts';
import { landedDays, landedFiles, landedOn, landingsPrefix, loadId } from './landing.ts';
import type { Loading } from './loadings.ts';
import { withoutReplaced } from './refused-files.ts';
import { withoutSetAside } from './set-aside-files.ts';

/** What was found out of a table, so that it need not be asked about all that it was ever loaded with. */
const Known = z.object({
  /** Of the table that was asked: nothing of this holds for another of the same name. */
  generation: z.string(),
  /** Days of landing that are over, each with what the table lacks of it: mostly nothing. */
  over: z.record(CalendarDate, z.array(z.string())),
  /** What it holds of other days. */
  held: z.array(z.string()),
});
type Known = z.infer<typeof Known>;

const knownKey = ({ courier, file, table }: Loading): string =>
  `${landingsPrefix(courier)}loaded/${file}/${table}.json`;

/** A day that lacks more than so many is looked through again: it is still being loaded. */
const FEW = 100;

export interface Unloaded {
  /** What the table lacks, in the order in which it is loaded. */
  files: LandedFile[];
  /** What is known now, when it is more than before. */
  learnt?: Known;
}

/** Landed files that a domain table does not hold and may yet. A day that is over, and of which it lacks little, is not listed again. */
export async function unloadedFiles(
  { objects, warehouse }: { objects: ObjectStore; warehouse: Warehouse },
  loading: Loading,
  now: Date,
): Promise<Unloaded> {
  const { courier, file, feed, table } = loading;
  const { generation } = await warehouse.loads(table);
  const before = await knownOf(objects, loading, generation);
  const days = (await landedDays(objects, courier, file)).filter((day) => !before.over[day]);
  const found = await fewAtOnce(days, async (day) => [day, await landedOn(objects, courier, file, day)] as const);
  const landed = { ...before.over, ...Object.fromEntries(found) };
  const held = new Set(before.held);
  const asked = [...new Set(Object.values(landed).flat())].filter((id) => !held.has(id));
  for (const id of await warehouse.loaded(table, asked)) held.add(id);
  const lacking = asked.filter((id) => !held.has(id));
  const files = await landedFiles(objects, courier, file, lacking);
  const after = { generation, ...knownAfter(landed, { held, lacking: new Set(files.map(loadId)) }, now) };
  const isNews = generation !== '' && canonicalJson(after) !== canonicalJson(before);
  const wanted = await withoutSetAside(objects, feed, await withoutReplaced(objects, table, files));
  return { files: wanted, ...(isNews && { learnt: after }) };
}

async function knownOf(objects: ObjectStore, loading: Loading, generation: string): Promise<Known> {
  const known = (await readJson(objects, knownKey(loading), Known))?.value;
  return known?.generation === generation ? known : { generation, over: {}, held: [] };
}

/** Spares the next plan what this one found out. */
export const keepLearnt = (objects: ObjectStore, loading: Loading, learnt: Known): Promise<string> =>
  writeJson(objects, knownKey(loading), learnt);

/** Clocks differ: until a day has been over for another, a file may still be landed on it. */
const isOver = (day: string, now: Date): boolean => addDays(day, 2) <= dayIn('UTC', now);

function knownAfter(
  landed: Readonly<Record<string, string[]>>,
  { held, lacking }: { held: ReadonlySet<string>; lacking: ReadonlySet<string> },
  now: Date,
): Pick<Known, 'over' | 'held'> {
  const days = Object.entries(landed);
  const over = days
    .filter(([day]) => isOver(day, now))
    .map(([day, ids]): [string, string[]] => [day, ids.filter((id) => lacking.has(id))])
    .filter(([, ids]) => ids.length <= FEW);
  const others = days.filter(([day]) => !isOver(day, now)).flatMap(([, ids]) => ids);
  return { over: Object.fromEntries(over), held: others.filter((id) => held.has(id)) };
}
