import type { Command } from 'commander';
import type { Run, RunRequest } from '../../core/contracts/runs.ts';
import { InvalidInput } from '../../core/errors.ts';
import { type Answer, action, type GlobalOptions } from '../action.ts';
import type { Client } from '../client.ts';
import { examples } from '../help.ts';
import { watchRun } from '../live-view.ts';
import { day } from '../options.ts';
import type { Configuration } from '../plan.ts';
import { hasFailed, runSummary, summaryText } from '../summary.ts';

interface RunOptions {
  type?: RunRequest['run_type'];
  from?: string;
  to?: string;
  ingestOnly: boolean;
  skipMissing: boolean;
  refresh: RunRequest['refresh'];
  wait: boolean;
}

/** `tributary run [COURIER_GROUP]`. */
export function addRun(program: Command): void {
  program
    .command('run [courier-group]')
    .description(
      'pull files, load them, stitch, and build the databases; with --from and --to, a backfill of those days',
    )
    .option('--from <day>', 'files of this day only, or from it on with --to (default: all)', day)
    .option('--to <day>', 'the first day left out', day)
    .option('--type <type>', "full, refresh (nothing is sent) or source (files only) (default: the group's own)")
    .option('--ingest-only', 'load files, and leave people and databases as they are', false)
    .option('--skip-missing', 'go on without required files that are not there', false)
    .option('--refresh <how>', 'tables to build: express, normal (what changed) or full (all)', 'normal')
    .option('--no-wait', 'start it and return')
    .addHelpText(
      'after',
      examples(
        'run',
        'run daily --from 2026-11-23',
        'run daily --from 2024-01-01 --to 2026-01-01',
        'run daily --refresh full --json',
      ),
    )
    .action(
      action<RunOptions>(async ({ client, options, args: [group], environment }) => {
        const path = await environment();
        const request = requestOf(await courierGroup(client, path, group), options);
        // A run that the last process left unfinished holds the lease that this one needs.
        await client.platform?.recover();
        const run = await client.post<Run>(`${path}/runs`, request);
        if (options.wait) return watched(client, path, run.id, options);
        if (!client.platform) return { data: run, text: run.id };
        throw new InvalidInput('--no-wait needs a server that does the run: `tributary start` is one');
      }),
    );
}

/** Shows a run until it has ended, and answers with what came of it. */
export async function watched(
  client: Client,
  environment: string,
  id: string,
  { json }: Pick<GlobalOptions, 'json'>,
): Promise<Answer> {
  const run = await watchRun(client, environment, id, { silent: json === true });
  const summary = await runSummary(client, environment, run);
  return { data: run, text: `\n${summaryText(summary)}`, failed: hasFailed(summary) };
}

function requestOf(courierGroup: string, options: RunOptions): Record<string, unknown> {
  return {
    courier_group: courierGroup,
    run_type: options.type,
    range_from: options.from,
    range_to: options.to,
    ingest_only: options.ingestOnly,
    skip_missing: options.skipMissing,
    refresh: options.refresh,
  };
}

/** The group that is named, with or without its prefix, or the only one. */
async function courierGroup(client: Client, environment: string, name: string | undefined): Promise<string> {
  if (name !== undefined) return name.includes('/') ? name : `courier-group/${name}`;
  const { documents } = await client.get<Configuration>(`${environment}/configuration`);
  const groups = documents.map(({ id }) => id).filter((id) => id.startsWith('courier-group/'));
  const [only, ...others] = groups;
  if (only !== undefined && others.length === 0) return only;
  const there = groups.length === 0 ? 'there is none yet' : `there are ${groups.join(', ')}`;
  throw new InvalidInput(`name the courier group to run: ${there}`);
}
