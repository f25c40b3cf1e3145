import type { z } from 'zod';
import type { FeedProgress, Run } from '../core/contracts/runs.ts';
import type { CheckResult, PublishDatabaseOutput } from '../core/contracts/steps.ts';
import type { StitchReport } from '../core/contracts/stitch.ts';
import { NotFound } from '../core/errors.ts';
import { fewOf } from '../core/feeds/fileset.ts';
import { type SchemaDrift, schemaDrift } from '../core/workflows/schema-drift.ts';
import type { Client } from './client.ts';
import { bold, dim, green, red, yellow } from './colours.ts';
import { count, counted, duration, percent } from './figures.ts';
import { feedProgress, pulled, runProgress } from './run-progress.ts';
import { tableText } from './table-text.ts';

/** What came of a run, for people. */
export interface RunSummary {
  run: Run;
  files: { seen: number; landed: number; missing: string[] };
  feeds: FeedProgress[];
  schema_drift: SchemaDrift[];
  stages: { name: string; ms: number }[];
  /** Of the last Stitch; null before the first. */
  people: StitchReport | null;
  tables: { name: string; rows: number }[];
  failed_checks: z.infer<typeof CheckResult>[];
}

interface Table {
  schema: string;
  name: string;
  rows: number;
}

export async function runSummary(client: Client, environment: string, run: Run): Promise<RunSummary> {
  const sources = pulled(run);
  const tables = run.request.ingest_only ? [] : await client.all<Table>(`${environment}/tables`);
  const published = run.tasks.filter(({ name, state }) => name === 'PublishDatabase' && state === 'succeeded');
  return {
    run,
    files: {
      seen: sources.reduce((sum, one) => sum + one.files_seen, 0),
      landed: sources.reduce((sum, one) => sum + one.files_landed, 0),
      missing: sources.flatMap((one) => one.missing),
    },
    feeds: feedProgress(run),
    schema_drift: schemaDrift(run),
    stages: runProgress(run, Date.now()).map(({ name, ms }) => ({ name, ms })),
    people: run.request.ingest_only ? null : await lastStitch(client, environment),
    tables: tables.filter(({ schema }) => schema === 'customer360').map(({ name, rows }) => ({ name, rows })),
    failed_checks: published.flatMap(({ output }) => (output as z.infer<typeof PublishDatabaseOutput>).failed_checks),
  };
}

/** True when something of the run is not as it should be. */
export const hasFailed = ({ run, failed_checks }: RunSummary): boolean =>
  run.state !== 'succeeded' || failed_checks.length > 0;

export function summaryText(summary: RunSummary): string {
  const parts = [
    outcome(summary),
    warnings(summary),
    files(summary),
    driftText(summary),
    people(summary),
    tables(summary),
    checksText(summary),
    times(summary),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

async function lastStitch(client: Client, environment: string): Promise<StitchReport | null> {
  try {
    return await client.get<StitchReport>(`${environment}/stitch/report`);
  } catch (cause) {
    if (cause instanceof NotFound) return null;
    throw cause;
  }
}

function outcome({ run }: RunSummary): string {
  const ms = run.started_at && run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.started_at) : undefined;
  const took = ms === undefined ? '' : ` in ${duration(ms)}`;
  const who = dim(`${run.tenant} ${run.environment}, ${run.name}, ${run.id}`);
  if (run.state === 'succeeded') return `${green(bold(`✔ Done${took}`))}  ${who}`;
  const { error } = run;
  // A retry has the run's own inputs and configuration: mended ones take a new run.
  const next =
    error?.attribution === 'platform'
      ? `to go on from there: tributary runs retry ${run.id}`
      : `mend the file or the configuration${refusesFile(error?.type) ? ', or do without it (tributary quarantine files)' : ''}, then: tributary run`;
  const why = error ? `\n${red(error.type)}: ${error.message}\n${dim(next)}` : '';
  const state = run.state === 'failed' ? red(bold(`✘ Failed${took}`)) : yellow(bold(`■ ${run.state}`));
  return `${state}  ${who}${why}`;
}

const refusesFile = (type: string | undefined): boolean =>
  ['UnreadableFile', 'ErrorThresholdExceeded', 'LoadFailed'].includes(type ?? '');

const warnings = ({ run }: RunSummary): string =>
  run.warnings.map(({ message }) => `${yellow('warning')} ${message}`).join('\n');

function files({ files, feeds }: RunSummary): string {
  const missing = files.missing.length > 0 ? `, ${count(files.missing.length)} missing: ${fewOf(files.missing)}` : '';
  const heading = `${bold(counted(files.seen, 'source file'))}, ${count(files.landed)} new${missing}`;
  if (feeds.length === 0) return heading;
  const rows = feeds.map((feed) => [
    feed.feed.replace('feed/', ''),
    feed.files_done === feed.files ? feed.files : `${feed.files_done} of ${feed.files}`,
    feed.rows_read,
    feed.rows_inserted,
    feed.rows_updated,
    feed.rows_unchanged,
    feed.rows_rejected,
  ]);
  const heads = ['feed', 'files', 'rows read', 'inserted', 'updated', 'unchanged', 'rejected'];
  return `${heading}\n${tableText(heads, rows)}`;
}

/** Of the columns of files that are not those of their feeds. */
export const driftText = ({ schema_drift }: Pick<RunSummary, 'schema_drift'>): string =>
  schema_drift
    .flatMap(({ feed, unknown_columns, missing_columns }) => [
      ...(unknown_columns.length > 0 ? [`${feed} has no ${fewOf(unknown_columns)}: left out of what was loaded`] : []),
      ...(missing_columns.length > 0 ? [`files of ${feed} lack ${fewOf(missing_columns)}: loaded as NULL`] : []),
    ])
    .map((line) => `${yellow('columns')} ${line}`)
    .join('\n');

function people({ people }: RunSummary): string {
  if (!people) return '';
  const heading = `${bold(`${count(people.records)} records → ${counted(people.people, 'person', 'people')}`)}, ${percent(people.dedupe_rate)} duplicates`;
  const rows = people.sources.map((source) => [source.datasource, source.records, source.people]);
  const warnings = people.warnings.map((warning) => `\n${yellow('warning')} ${warning}`).join('');
  return `${heading}\n${tableText(['source', 'records', 'people'], rows)}${warnings}`;
}

function tables({ tables }: RunSummary): string {
  if (tables.length === 0) return '';
  const half = Math.ceil(tables.length / 2);
  const rows = tables.slice(0, half).map((left, at) => {
    const right = tables[at + half];
    return [left.name, left.rows, '', right?.name ?? '', right?.rows ?? null];
  });
  return `${bold(`Customer 360: ${counted(tables.length, 'table')}`)}\n${tableText(['table', 'rows', '', 'table', 'rows'], rows)}`;
}

export function checksText({ failed_checks }: Pick<RunSummary, 'failed_checks'>): string {
  const lines = failed_checks.map(
    ({ table, column, check, failures }) =>
      `${red('✘')} ${table}.${column} ${check === 'required' ? 'is empty' : 'is not unique'} in ${counted(failures, 'row')}`,
  );
  return lines.length === 0 ? '' : [bold('Checks that fail'), ...lines].join('\n');
}

function times({ stages }: RunSummary): string {
  const spent = stages.filter(({ ms }) => ms > 0).map(({ name, ms }) => `${name} ${duration(ms)}`);
  return spent.length === 0 ? '' : `${bold('Time')}  ${spent.join(dim(' · '))}`;
}
