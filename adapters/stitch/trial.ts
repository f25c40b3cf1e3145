import type { RecordKey } from '../../core/contracts/record-key.ts';
import type { ModelTrial } from '../../core/contracts/stitch-models.ts';
import { InternalError, ModelOutdated } from '../../core/errors.ts';
import { type Crossing, driftOf } from '../../core/stitch/model/drift.ts';
import type { Profiles } from '../../core/stitch/records/profiles.ts';
import { tagsOf } from '../../core/stitch/records/shape.ts';
import type { Resolution } from '../../core/stitch/resolve.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { writeClean } from './clean.ts';
import { idEvents, jitterOf } from './id-events.ts';
import type { LastRun } from './last-run.ts';
import { readRecords, recordsIn } from './prepare.ts';
import { follow, summary } from './publish.ts';
import { originOf, type Run, refuseLoss, resolveAll, stampOf } from './run.ts';
import { readShared, writeModel, writeState } from './state.ts';

/**
 * Resolves all records, as a run would, by a model that was trained earlier or by one that is trained on them, to tell what that
 * would change. Only a new model and what it froze are written.
 */
export async function tryModel(run: Run & { last: LastRun }): Promise<ModelTrial & { files: string[] }> {
  const { session, request, stages, crew, shape, last } = run;
  const before = await last.model();
  if (before === undefined) throw new InternalError('a model is tried, and there is none to compare it with');
  const tagged = await stages.run('read', () => readRecords(session, crew, recordsIn(request.records), tagsOf(shape)));
  const { prepared, found } = await resolveAll(run, tagged, (prepared) =>
    writeClean(session, prepared, shape, request.settings),
  );
  if (found === undefined)
    throw new ModelOutdated("the model can't be gone back to: blocks have grown beyond what it knows");
  await follow(session);
  await refuseLoss(session);
  await idEvents(run, stampOf(request), last.table('unified_preprocessed_raw'));
  const { people, changes } = await summary(session);
  const { jitter } = await jitterOf(session, tagged.size, last);
  const judges = [
    { model: before, bad: await readShared(session, last.folder) },
    { model: found.model, bad: prepared.shared },
  ] as const;
  const { crossing, ...drift } = driftOf(...judges, found, { shape, settings: request.settings });
  const keyOf = await keysOf(session, found.collapsed.profiles, crossing);
  const named = crossing.map(({ a, b, ...scores }) => ({ one: keyOf(a), other: keyOf(b), ...scores }));
  return {
    against: before.origin?.run ?? '',
    drift: { ...drift, crossing: named },
    effect: { records: tagged.size, people, changes, jitter },
    files: run.model ? [] : await writeTrained(run, found),
  };
}

async function writeTrained({ session, request, input }: Run, { model, frozen }: Resolution): Promise<string[]> {
  const { outFolder } = request;
  const state = await writeState(session, frozen, outFolder);
  return [...state, await writeModel({ ...model, input, origin: originOf(request) }, outFolder)];
}

/** Gives the keys of the first records of some pairs' profiles. */
async function keysOf(session: DuckDbSession, { ids }: Profiles, pairs: readonly Crossing[]) {
  const ridOf = (place: number) => ids[place] ?? 0;
  const rids = pairs.flatMap(({ a, b }) => [ridOf(a), ridOf(b)]);
  const rows =
    rids.length === 0
      ? []
      : await session.rows<RecordKey & { rid: number }>(
          'stitch: crossing pairs',
          `SELECT rid, datasource, pk FROM record WHERE rid IN (${rids.join(', ')})`,
        );
  const byRid = new Map(rows.map(({ rid, datasource, pk }) => [rid, { datasource, pk }]));
  return (place: number): RecordKey => {
    const key = byRid.get(ridOf(place));
    if (key === undefined) throw new InternalError(`the profile ${place} has no record`);
    return key;
  };
}
