import type { Command } from 'commander';
import type { Run, RunTask } from '../../core/contracts/runs.ts';
import { hasEnded } from '../../core/workflows/runs.ts';
import { action } from '../action.ts';
import { green, red, yellow } from '../colours.ts';
import { counted, duration } from '../figures.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../options.ts';
import { runLines } from '../run-lines.ts';
import { runSummary, summaryText } from '../summary.ts';
import { factsText, tableText } from '../table-text.ts';
import { watched } from './run.ts';

/** `tributary runs list|show|stop|retry`. */
export function addRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('list, show, stop and retry runs')
    .addHelpText('after', examples('runs list', 'runs show run-20261123-101530-07b4f2a'));
  addList(runs);
  addShow(runs);
  runs
    .command('stop <id>')
    .description('stop a run; what it loaded stays')
    .addHelpText('after', examples('runs stop run-20261123-101530-07b4f2a'))
    .action(
      action(async ({ client, args: [id], environment }) => {
        const run = await client.post<Run>(`${await environment()}/runs/${id}/stop`);
        return { data: run, text: `${run.id} ${run.state}` };
      }),
    );
  runs
    .command('retry <id>')
    .description('go on with a failed or stopped run from the task that failed')
    .addHelpText('after', examples('runs retry run-20261123-101530-07b4f2a'))
    .action(
      action(async ({ client, options, args: [id = ''], environment }) => {
        const path = await environment();
        await client.platform?.recover();
        await client.post(`${path}/runs/${id}/retry`);
        return watched(client, path, id, options);
      }),
    );
}

function addList(runs: Command): void {
  runs
    .command('list', { isDefault: true })
    .description('runs, newest first')
    .option('--limit <runs>', 'runs at most', wholeNumber, 20)
    .option('--state <state>', 'only runs that are scheduled, in progress, stopped, succeeded or failed')
    .addHelpText('after', examples('runs list --limit 5', 'runs list --state failed --json'))
    .action(
      action<{ limit: number; state?: string }>(async ({ client, options, environment }) => {
        const found = await client.all<Run>(`${await environment()}/runs`, { state: options.state }, options.limit);
        return { data: found, text: found.length === 0 ? 'no runs' : listText(found) };
      }),
    );
}

function addShow(runs: Command): void {
  runs
    .command('show <id>')
    .description('one run: how far it is, its tasks, rows, and what went wrong')
    .addHelpText(
      'after',
      examples('runs show run-20261123-101530-07b4f2a', 'runs show run-20261123-101530-07b4f2a --json'),
    )
    .action(
      action(async ({ client, args: [id], environment }) => {
        const path = await environment();
        const run = await client.get<Run>(`${path}/runs/${id}`);
        return { data: run, text: `${runText(run)}\n\n${summaryText(await runSummary(client, path, run))}` };
      }),
    );
}

const listText = (runs: readonly Run[]) =>
  tableText(
    ['run', 'courier group', 'state', 'by', 'started (UTC)', 'took'],
    runs.map((run) => [run.id, run.name, stateText(run), run.principal, startedAt(run), took(run)]),
  );

/** A run as it is, and what has come of it once it has ended. */
function runText(run: Run): string {
  const facts = factsText([
    ['run', run.id],
    ['courier group', run.name],
    ['state', stateText(run)],
    ['started by', run.principal],
    ['started (UTC)', startedAt(run)],
    ['took', took(run)],
    ['files of', periodText(run)],
    ['configuration', run.configuration_version.slice(0, 12)],
  ]);
  const progress = hasEnded(run) ? [] : [runLines(run, { now: Date.now(), turn: 0, columns: 101 }).join('\n')];
  const heads = ['task', 'state', 'times', 'attempts', 'waited', 'worked', 'error'];
  return [facts, ...progress, tableText(heads, alike(run.tasks).map(tasksRow))].join('\n\n');
}

const periodText = ({ request: { range_from, range_to } }: Run): string => {
  if (range_from === undefined) return 'all days';
  return range_to === undefined ? range_from : `${range_from} to ${range_to}, that day not included`;
};

/** Tasks that differ in nothing but what they were given: a run of many days has thousands. */
function alike(tasks: readonly RunTask[]): RunTask[][] {
  const kinds = new Map<string, RunTask[]>();
  for (const task of tasks) {
    const kind = `${task.name} ${task.state} ${task.error?.message ?? ''}`;
    const others = kinds.get(kind);
    if (others) others.push(task);
    else kinds.set(kind, [task]);
  }
  return [...kinds.values()];
}

function tasksRow(tasks: readonly RunTask[]) {
  const sum = (of: (task: RunTask) => number) => tasks.reduce((total, task) => total + of(task), 0);
  const [first] = tasks;
  return [
    first?.name,
    first?.state,
    tasks.length,
    sum(({ attempts }) => attempts),
    duration(sum(({ waiting_ms }) => waiting_ms)),
    duration(sum(({ working_ms }) => working_ms)),
    first?.error?.message,
  ];
}

function stateText({ state, warnings }: Run): string {
  if (state === 'succeeded')
    return warnings.length === 0 ? green(state) : yellow(`${state}, ${counted(warnings.length, 'warning')}`);
  return state === 'failed' ? red(state) : yellow(state);
}

const startedAt = ({ started_at, created_at }: Run) => (started_at ?? created_at).slice(0, 19).replace('T', ' ');

const took = ({ started_at, ended_at }: Run) =>
  started_at && ended_at ? duration(Date.parse(ended_at) - Date.parse(started_at)) : '';
