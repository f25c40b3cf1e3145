import type { MeasuredRun, MeasuredRuns } from '../contracts/stitch-quality.ts';
import { allAnswers, measuredRunIds, qualityOf, sampleOf, unmeasuredRuns } from '../environments/stitch-quality.ts';
import { NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { sumOf } from '../stitch/quality/due.ts';
import { type Answers, estimatesOf, standing } from '../stitch/quality/review.ts';

/** What counts of the answers that were given in some environments: they are about records, which a sandbox shares. */
export async function answersIn(...environments: ObjectStore[]): Promise<Answers> {
  const given = (await Promise.all(environments.map(allAnswers))).flat();
  return standing(given.sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at))));
}

/** The newest runs with benchmarks and estimates, newest first. Answers given since a run sharpen its estimates too. */
export async function measuredRuns(objects: ObjectStore, most: number): Promise<MeasuredRuns> {
  const [ids, answers, unmeasured] = await Promise.all([
    measuredRunIds(objects),
    answersIn(objects),
    unmeasuredRuns(objects),
  ]);
  const found = await Promise.all(ids.slice(0, most).map((id) => measured(objects, id, answers)));
  const { touched_records } = sumOf(unmeasured);
  return { data: found.flatMap((run) => run ?? []), since: { runs: unmeasured.length, touched_records } };
}

/** One run, the newest where none is named. */
export async function measuredRun(objects: ObjectStore, answers: Answers, runId?: string): Promise<MeasuredRun> {
  const [newest] = await measuredRunIds(objects);
  if (newest === undefined) throw notMeasured();
  const found = await measured(objects, runId ?? newest, answers);
  if (found) return found;
  throw new NotFound(`Stitch of run ${JSON.stringify(runId)} was not measured: the newest that was is ${newest}`);
}

/** The run that was measured last, or last before another; undefined when there is none. */
export async function lastMeasured(
  objects: ObjectStore,
  answers: Answers,
  before?: string,
): Promise<MeasuredRun | undefined> {
  const id = (await measuredRunIds(objects)).find((one) => before === undefined || one < before);
  return id === undefined ? undefined : measured(objects, id, answers);
}

async function measured(objects: ObjectStore, id: string, answers: Answers): Promise<MeasuredRun | undefined> {
  const [quality, sample] = await Promise.all([qualityOf(objects, id), sampleOf(objects, id)]);
  return quality && { ...quality, ...(sample && { estimates: estimatesOf(sample, answers) }) };
}

/** A run of a version that measured nothing isn't measured later: its tables may be others by then. */
export const notMeasured = (): NotFound =>
  new NotFound('no Stitch was measured yet: `tributary run --refresh full` stitches again and measures it');
