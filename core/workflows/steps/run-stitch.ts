import { z } from 'zod';
import type { TableEntry } from '../../contracts/catalog.ts';
import { HandedOver, type RunStitchInput, type RunStitchOutput } from '../../contracts/steps.ts';
import {
  blockingKeysView,
  changedRecords,
  StitchReport,
  type StitchTable,
  stitchKeys,
  stitchTables,
} from '../../contracts/stitch.ts';
import { stitchColumns } from '../../customer360/profile-columns.ts';
import { changesName } from '../../customer360/renewal.ts';
import { contentHash } from '../../environments/canonical.ts';
import { proposeTable, publishedTables, tablesOfRun } from '../../environments/catalog.ts';
import { readJson, writeJson } from '../../environments/json-objects.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { findModelVersion, keepModelFiles, keepModelVersion } from '../../environments/stitch-models.ts';
import { InternalError, TooLarge } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { blockingKeysSql } from '../../stitch/blocking/blocking-keys.ts';
import { poolOf } from '../../stitch/blocking/rule-pool.ts';
import { formFor } from '../../stitch/forms.ts';
import type { StitchRequest, StitchWork } from '../../stitch/port.ts';
import { shapeOf } from '../../stitch/records/shape.ts';
import { changedAssignments } from '../changed-assignments.ts';
import { SpreadRun } from '../spread-run.ts';
import { type StitchInput, stitchInput, unloadRecords } from '../stitch-records.ts';
import { tryCandidate } from '../try-candidate.ts';

type Input = z.infer<typeof RunStitchInput>;
const Result = StitchReport.extend({ files: z.array(z.string()) });
type Result = z.infer<typeof Result>;
const Noted = z.object({ version: z.string(), result: Result });

/**
 * Resolves who is who, and proposes the tables that say so; or tries a model for people to look at. Says which form is to do
 * it when there is more to do than its home holds.
 */
export async function runStitch(input: Input, services: Services): Promise<z.infer<typeof RunStitchOutput>> {
  try {
    return await (input.prepared.retrain ? tried(input, services) : resolved(input, services));
  } catch (cause) {
    if (cause instanceof TooLarge) return HandedOver.parse(cause.data);
    throw cause;
  }
}

async function resolved(input: Input, services: Services): Promise<{ report: StitchReport }> {
  const { objects } = services;
  const configuration = await loadConfiguration(objects, input.configuration_version);
  const tables = await tablesOfRun(objects, input.run_id);
  const given = stitchInput(configuration, tables);
  const { files, ...report } = await stitchedOnce(input, services, () => stitched(input, given, tables, services));
  if (isSpread(input)) await new SpreadRun(services, asRun(input)).clear();
  const last = (await publishedTables(objects))['stitch.assignments'];
  const proposal = { input, given, files, last, records: report.records };
  for (const name of stitchTables) await propose(name, proposal, services);
  await proposeBlockingKeys(proposal, report.blocking, services);
  await noteModel(input, report, services);
  return { report };
}

async function tried(input: Input, services: Services): Promise<{ candidate: string }> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const given = stitchInput(configuration, await tablesOfRun(services.objects, input.run_id));
  if ((await findModelVersion(services.objects, input.run_id)) === undefined) {
    await tryCandidate(await requestOf(input, given, services), given, input.prepared.retrain, services);
  }
  return { candidate: input.run_id };
}

/** Whatever model a run goes by can be gone back to; one that it trained by itself is in the list of models too. */
async function noteModel({ run_id, as_of }: Input, report: StitchReport, { objects }: Services): Promise<void> {
  const { model, records } = report;
  if (model?.trained_by) await keepModelFiles(objects, model.trained_by, `stitch/${run_id}`);
  if (model?.why === undefined) return;
  await keepModelVersion(objects, { id: run_id, trained_at: as_of, why: model.why, records });
}

/** Ends what is more than the home has room for. A model is tried by one machine alone. */
function refuseTooLarge(work: StitchWork, { prepared }: Input, { room }: Services): void {
  const data = room === undefined ? undefined : formFor(work, room, !prepared.retrain);
  if (data === undefined) return;
  throw new TooLarge(`${work.records} records and ${work.pairs} pairs are too much for ${room} MB`, { data });
}

/** The input is that of the task that concludes what many functions have found. */
const isSpread = ({ stitched }: Input): boolean => stitched?.form === 'distributed';

const asRun = ({ run_id, as_of }: Input) => ({ runId: run_id, asOf: as_of });

const keyOf = (input: Input, file: string) => `stitch/${input.run_id}/${file}`;

/** What Stitch wrote, kept and noted: it may take hours, and a step is called again for less. */
async function stitchedOnce(
  input: Input,
  { objects, scratch }: Services,
  stitch: () => Promise<Result>,
): Promise<Result> {
  const { version } = input.prepared;
  const key = keyOf(input, 'result.json');
  const noted = (await readJson(objects, key, Noted))?.value;
  if (noted?.version === version) return noted.result;
  const result = await stitch();
  await Promise.all(result.files.map((file) => objects.adopt(`${scratch}/stitch/${file}`, keyOf(input, file))));
  await writeJson(objects, key, { version, result });
  return result;
}

/** Over what Stitch has not seen where that suffices, else over all records. */
async function stitched(
  input: Input,
  given: StitchInput,
  tables: Readonly<Record<string, TableEntry>>,
  services: Services,
): Promise<Result> {
  if (isSpread(input)) return concluded(input, given, services);
  const { prepared } = input;
  const { stitch } = services;
  const request = await requestOf(input, given, services);
  if (!prepared.only_unseen) return stitch.run(request);
  const { previous } = request;
  if (previous === undefined) throw new InternalError('Stitch was given what a run has not seen, but no such run');
  const result = await stitch.runChanges({ ...request, previous });
  if (result !== undefined) return result;
  await unloadRecords(services, given, { key: prepared.records, tables, asOf: input.as_of });
  return stitch.run(await requestOf(input, given, services));
}

/** What many functions found, to people. */
async function concluded(input: Input, given: StitchInput, services: Services): Promise<Result> {
  const run = new SpreadRun(services, asRun(input));
  const plan = await run.plan();
  const told = await services.objects.locateAll(run.told(plan).replace(/\/$/, ''));
  const frozen = await run.frozen(plan);
  return run.engine.conclude({ ...(await aboutOf(input, given, services)), plan, told, frozen });
}

/** What the engine is asked, with all that it reads on this machine. */
async function requestOf(input: Input, given: StitchInput, services: Services): Promise<StitchRequest> {
  const { prepared } = input;
  refuseTooLarge({ records: prepared.rows, pairs: 0 }, input, services);
  const { objects } = services;
  const { model } = prepared;
  return {
    ...(await aboutOf(input, given, services)),
    records: await objects.locate(prepared.records),
    ...(model !== null && { model: { folder: await objects.locateAll(model.folder), since: model.since } }),
    counted: (work) => refuseTooLarge(work, input, services),
  };
}

/** The same without the records, and what they are judged by. */
async function aboutOf(
  { prepared: { previous }, ...input }: Input,
  { settings }: StitchInput,
  services: Services,
): Promise<Omit<StitchRequest, 'records' | 'model'>> {
  return {
    tenant: services.tenant,
    settings,
    ...(previous !== null && { previous: await services.objects.locateAll(previous) }),
    outFolder: `${services.scratch}/stitch`,
    asOf: input.as_of,
    runId: input.run_id,
    signal: services.signal,
    progress: (_stage, done, total) => services.progress(done, total),
  };
}

interface Proposal {
  input: Input;
  given: StitchInput;
  files: readonly string[];
  /** The assignments of the last run. */
  last: TableEntry | undefined;
  /** How many there are assignments of. */
  records: number;
}

/** What the catalog says alike of all tables of a run. */
function entryOf(name: string, { input, given }: Pick<Proposal, 'input' | 'given'>, services: Services) {
  const { version } = input.prepared;
  return {
    schema: 'stitch' as const,
    name,
    physical: `${name}__${version.slice(0, 10)}_${input.run_id.slice(-4)}`,
    version: contentHash({ definition: version, run: input.run_id }),
    definition: given.definition,
    inputs: given.inputs,
    built_at: services.clock().toISOString(),
    run_id: input.run_id,
  };
}

/** Stitch's tables stay in the Parquet that it wrote. */
async function propose(name: StitchTable, proposal: Proposal, services: Services): Promise<void> {
  const { input, files, last } = proposal;
  const [parquet, rows, gone] = ['', '.delta', '.gone'].map((part) => keyOf(input, `${name}${part}.parquet`)) as [
    string,
    string,
    string,
  ];
  const keys = stitchKeys[name];
  const renewed = keys && files.includes(`${name}.delta.parquet`) ? { rows, gone, keys } : undefined;
  const common = entryOf(name, proposal, services);
  const entry: TableEntry = {
    ...common,
    saw: proposal.given.saw,
    parquet,
    ...(renewed && { parquet_delta: renewed }),
    ...(await services.warehouse.attach(common, parquet, renewed)),
  };
  const changes = name === 'assignments' && last ? await changesOf(entry, last, proposal, services) : {};
  await proposeTable(services.objects, { ...entry, ...changes });
}

/** Of all of Stitch's tables the one with most rows, and made of the records alone: a view. */
async function proposeBlockingKeys(
  proposal: Proposal,
  blocking: StitchReport['blocking'],
  services: Services,
): Promise<void> {
  const { input, given } = proposal;
  const common = entryOf(blockingKeysView, proposal, services);
  const tables = Object.values(await tablesOfRun(services.objects, input.run_id));
  const pool = poolOf(shapeOf(stitchColumns(given.tables).map(({ name }) => name)), given.settings.rules);
  const sql = blockingKeysSql(pool.filter(({ name }) => blocking.some(({ rule }) => rule === name)));
  const query = { name: `stitch.${blockingKeysView}`, sql, tables, asOf: input.as_of };
  await proposeTable(services.objects, { ...common, ...(await services.warehouse.view(common, query)) });
}

/** The records of which Stitch says something else: as it told them itself, or found by comparing all. */
async function changesOf(
  entry: TableEntry,
  last: TableEntry,
  { input, files, records }: Proposal,
  { warehouse }: Services,
): Promise<Pick<TableEntry, 'changes'>> {
  if (!files.includes(changedRecords)) return changedAssignments(warehouse, { now: entry, last, records }, input.as_of);
  const table = changesName(entry.physical);
  await warehouse.attach({ schema: 'stitch', physical: table }, keyOf(input, changedRecords));
  return { changes: { since: last.version, table } };
}
