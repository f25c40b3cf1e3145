import { z } from 'zod';
import { ReviewAnswer, ReviewSample, StitchQuality, UnmeasuredRun } from '../contracts/stitch-quality.ts';
import { Conflict } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { canonicalJson } from './canonical.ts';
import { readAllJson, readJson, writeJson } from './json-objects.ts';

/** Run ids, and so keys, are in the order of their making. */
const qualityPrefix = 'stitch-quality/runs/';
const answersPrefix = 'stitch-quality/answers/';
const unmeasuredKey = 'stitch-quality/unmeasured.json';
const qualityKey = (runId: string) => `${qualityPrefix}${runId}.json`;
const sampleKey = (runId: string) => `stitch-quality/samples/${runId}.json`;

/** Keeps what was measured of a run: no run before it is left unmeasured. The sample is there first: who sees the run can ask about it. */
export async function keepQuality(objects: ObjectStore, quality: StitchQuality, sample: ReviewSample): Promise<void> {
  await writeJson(objects, sampleKey(quality.run_id), sample);
  await noteUnmeasured(objects, []);
  await writeJson(objects, qualityKey(quality.run_id), quality);
}

/** Ids of the runs that were measured, newest first. */
export async function measuredRunIds(objects: ObjectStore): Promise<string[]> {
  const keys = (await objects.list(qualityPrefix)).map(({ key }) => key);
  return keys.map((key) => key.slice(qualityPrefix.length).replace(/\.json$/, '')).reverse();
}

/** Undefined of a run that was not measured. */
export const qualityOf = async (objects: ObjectStore, runId: string): Promise<StitchQuality | undefined> =>
  (await readJson(objects, qualityKey(runId), StitchQuality))?.value;

export const sampleOf = async (objects: ObjectStore, runId: string): Promise<ReviewSample | undefined> =>
  (await readJson(objects, sampleKey(runId), ReviewSample))?.value;

const Unmeasured = z.object({ runs: z.array(UnmeasuredRun) });

/** The runs since the last one that was measured. */
export const unmeasuredRuns = async (objects: ObjectStore): Promise<UnmeasuredRun[]> =>
  (await readJson(objects, unmeasuredKey, Unmeasured))?.value.runs ?? [];

/** Keeps which runs those are. */
export async function noteUnmeasured(objects: ObjectStore, runs: readonly UnmeasuredRun[]): Promise<void> {
  await writeJson(objects, unmeasuredKey, { runs });
}

/** The answers of a day are one object, so that reading all of them stays cheap. */
const Day = z.object({ answers: z.array(ReviewAnswer) });

/** Keeps one more answer, whoever else gives one meanwhile. None is ever changed or taken away. */
export async function appendAnswer(objects: ObjectStore, answer: ReviewAnswer): Promise<void> {
  const key = `${answersPrefix}${answer.at.slice(0, 10)}.json`;
  for (let attempt = 0; ; attempt++) {
    const day = await readJson(objects, key, Day);
    const body = canonicalJson({ answers: [...(day?.value.answers ?? []), answer] });
    try {
      await objects.put(key, body, day ? { ifMatch: day.etag } : { ifNoneMatch: '*' });
      return;
    } catch (cause) {
      if (!(cause instanceof Conflict) || attempt >= 10) throw cause;
    }
  }
}

/** All answers that were ever given, in their order. */
export const allAnswers = async (objects: ObjectStore): Promise<ReviewAnswer[]> =>
  (await readAllJson(objects, answersPrefix, Day)).flatMap(({ answers }) => answers);
