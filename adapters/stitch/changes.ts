import type { StitchReport } from '../../core/contracts/stitch.ts';
import { InternalError } from '../../core/errors.ts';
import { Blocks } from '../../core/stitch/blocking/blocks.ts';
import { standardColumns } from '../../core/stitch/cleaning/standardise.ts';
import { scoresOf } from '../../core/stitch/comparisons/matching.ts';
import { Comparer } from '../../core/stitch/comparisons/patterns.ts';
import { comparisonsOf } from '../../core/stitch/comparisons/registry.ts';
import { decider, thresholdOf } from '../../core/stitch/model/decide.ts';
import { misfit } from '../../core/stitch/model/fit.ts';
import { settingsHash } from '../../core/stitch/model/state.ts';
import { memberSql } from '../../core/stitch/records/duplicates.ts';
import { labelSql } from '../../core/stitch/records/labels.ts';
import { profilesOf } from '../../core/stitch/records/profiles.ts';
import { listColumns, tagsOf } from '../../core/stitch/records/shape.ts';
import { nearPreviousSql, neighbourhoodSql } from '../../core/stitch/renewal/neighbourhood.ts';
import {
  beforeSql,
  changedSql,
  hitKeySql,
  knownSql,
  metSql,
  touchedSql,
  unchangedSql,
  ungivenSql,
} from '../../core/stitch/renewal/probe.ts';
import { contextOf } from '../../core/stitch/resolve.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { writeClean } from './clean.ts';
import { readColumns } from './columns.ts';
import { jitterOf } from './id-events.ts';
import type { KeptModel } from './kept-model.ts';
import type { LastRun } from './last-run.ts';
import { writeScored } from './pairs.ts';
import { prepare, readRecords, recordsIn, recordsOf, size } from './prepare.ts';
import { follow, identify, summary } from './publish.ts';
import { renew } from './renew.ts';
import { repeat } from './repeat.ts';
import { dedupeRate, type Run, refuseLoss, resolveRecords, toldOf } from './run.ts';
import { readShared, trainedBy } from './state.ts';

type ChangesRun = Run & { last: LastRun; model: KeptModel };

/**
 * Changed records to people, under the model of the last run. Finds the people that the changes may touch, and resolves
 * those as a run over all would. Undefined when that model no longer serves.
 */
export async function runChanges(run: ChangesRun): Promise<(StitchReport & { files: string[] }) | undefined> {
  const { session, request, stages, crew, shape, last } = run;
  const changed = await stages.run('probe', () => probe(run));
  if (changed === undefined) return undefined;
  if (changed === 0) {
    const { known } = run.model;
    const input = { ...known.input, labels: request.settings.labels };
    return repeat(session, last, { ...known, input }, request.outFolder);
  }
  await stages.run('gather', () => gather(run));
  const { columns } = await readColumns(
    session,
    crew,
    'clean',
    'rid',
    ['datasource', ...standardColumns(shape)],
    listColumns,
  );
  const records = recordsOf(await size(session, 'record'), columns);
  const found = await resolveRecords(run, records, {
    identify: ({ assigned }) =>
      identify(
        session,
        request.tenant,
        assigned,
        nearPreviousSql(last.table('id_ledger'), last.table('unified_changes_pks')),
      ),
  });
  if (found === undefined) return undefined;
  await follow(session);
  await refuseLoss(session);
  const files = await stages.run('publish', async () => {
    await writeScored(session, found.collapsed.profiles, found.judged);
    for (const sql of memberSql) await session.run('stitch: member', sql);
    return renew(run);
  });
  const [told, totals] = [toldOf(found), await total(session, await last.report())];
  const { jitter, warnings } = await jitterOf(session, totals.records, last);
  const touched_records = await size(session, 'altered');
  return {
    ...told,
    ...totals,
    model: trainedBy(run.model.known),
    touched_records,
    jitter,
    warnings: [...told.warnings, ...warnings],
    files,
    seconds: stages.seconds,
  };
}

/** Finds the components that the changes may touch, in database `probe`. Gives the number of changes, undefined when the model no longer serves. */
async function probe(run: ChangesRun): Promise<number | undefined> {
  const { session, request, crew, shape, last } = run;
  const { settings } = request;
  const model = run.model.known;
  const [known, assignments] = [last.table('unified_preprocessed_raw'), last.table('assignments')];
  await session.run('stitch: probe', "ATTACH ':memory:' AS probe");
  await session.run('stitch: probe', 'USE probe');
  const tagged = await readRecords(session, crew, recordsIn(request.records), tagsOf(shape));
  const prepared = await prepare(crew, tagged, shape, settings, await readShared(session, last.folder));
  await writeClean(session, prepared, shape, settings);
  for (const sql of changedSql(shape)) await session.run('stitch: changed', sql);
  const given = tagged.size;
  const labels = { labels: settings.labels, labelsBefore: model.input.labels };
  for (const sql of beforeSql(shape, labels, known)) await session.run('stitch: before', sql);
  if ((await size(session, ungivenSql(assignments))) > 0) return undefined;
  const all = (await last.report()).records + given - (await size(session, 'before'));
  const present = { columns: shape.columns, settings: settingsHash(settings), records: all };
  if (misfit(model, present) !== undefined) return undefined;
  for (const sql of unchangedSql(assignments)) await session.run('stitch: unchanged', sql);
  const changed = await size(session, 'record');
  if (changed > 0 && !(await touch(run, given))) return undefined;
  await session.run('stitch: probe', 'USE memory');
  return changed;
}

async function touch(run: ChangesRun, given: number): Promise<boolean> {
  const { session, request, crew, shape, last } = run;
  const { settings } = request;
  const model = run.model.known;
  const records = last.table('unified_preprocessed_raw');
  const { rules } = model;
  await session.run('stitch: label', labelSql(settings));
  for (const sql of memberSql) await session.run('stitch: member', sql);
  for (const sql of hitKeySql(shape, rules, records)) await session.run('stitch: hit_key', sql);
  for (const sql of knownSql(shape, records, given)) await session.run('stitch: known', sql);
  const { ids, columns } = await readColumns(session, crew, metSql(shape), 'id', standardColumns(shape), listColumns);
  const [profiles, frozen] = [profilesOf(ids, columns), await run.model.frozen(session)];
  const blocks = new Blocks(profiles, rules, frozen.blocks);
  if (blocks.outgrown) return false;
  const comparisons = comparisonsOf(shape, settings.rules);
  const comparer = new Comparer(comparisons, contextOf(profiles, settings, frozen));
  const first = profiles.place(given);
  const pairs = blocks.pairs((a, b) => a < first && b >= first);
  const compared = { ...pairs, pattern: comparer.compareAll(pairs) };
  const scores = scoresOf(comparer.patterns, decider(comparisons, model, settings));
  await writeScored(session, profiles, [{ pairs: compared, scores, met: true }]);
  await session.run('stitch: touched', touchedSql(settings, records, thresholdOf(settings)));
  return true;
}

/** The people touched, as the run goes on from. */
async function gather({ session, shape, last }: ChangesRun): Promise<void> {
  const tables = neighbourhoodSql(shape, last.table('unified_preprocessed_raw'), last.table('assignments'));
  for (const sql of tables) await session.run('stitch: neighbourhood', sql);
}

type Totals = Pick<StitchReport, 'records' | 'people' | 'sources' | 'changes' | 'dedupe_rate' | 'missed'>;

/** Counts over all records, from those of the last run and of the people touched. */
async function total(session: DuckDbSession, last: StitchReport): Promise<Totals> {
  const now = await summary(session);
  const [before] = await session.rows<{ people: number }>(
    'stitch: people before',
    'SELECT count(DISTINCT amp_id)::INTEGER AS people FROM last',
  );
  if (before === undefined) throw new InternalError('the people of a Stitch run can not be counted');
  const sourcesBefore = await session.rows<StitchReport['sources'][number]>(
    'stitch: sources before',
    'SELECT datasource, count(*)::INTEGER AS records, count(DISTINCT amp_id)::INTEGER AS people FROM last GROUP BY datasource',
  );
  const sources = new Map<string, StitchReport['sources'][number]>();
  const add = (rows: StitchReport['sources'], sign: 1 | -1) => {
    for (const { datasource, records, people } of rows) {
      const sum = sources.get(datasource) ?? { datasource, records: 0, people: 0 };
      sources.set(datasource, {
        datasource,
        records: sum.records + sign * records,
        people: sum.people + sign * people,
      });
    }
  };
  add(last.sources, 1);
  add(sourcesBefore, -1);
  add(now.sources, 1);
  const others = last.people - before.people;
  const people = others + now.people;
  const records = [...sources.values()].reduce((sum, source) => sum + source.records, 0);
  return {
    records,
    people,
    sources: [...sources.values()].sort((a, b) => (a.datasource < b.datasource ? -1 : 1)),
    changes: { ...now.changes, unchanged: now.changes.unchanged + others },
    dedupe_rate: dedupeRate(records, people),
    missed: last.missed,
  };
}
