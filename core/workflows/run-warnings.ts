import { Run, type RunWarning } from '../contracts/runs.ts';
import { PullFilesOutput, StartRunOutput } from '../contracts/steps.ts';
import { readJson } from '../environments/json-objects.ts';
import { runsWithLease } from '../environments/run-leases.ts';
import { fewOf } from '../feeds/fileset.ts';
import type { ObjectStore } from '../ports.ts';
import { changeRun, runKey } from './runs.ts';

type Told = Pick<Run, 'warn_at' | 'warnings'>;

/** What the output of a task says for the run's record: by when it is to have ended, and which files it goes on without. */
export function toldBy(run: Run, task: string, output: unknown, at: string): Partial<Told> {
  if (task === 'StartRun') {
    const { warn_at } = StartRunOutput.pick({ warn_at: true }).parse(output);
    return warn_at === undefined || run.warn_at !== undefined ? {} : { warn_at };
  }
  if (task !== 'PullCourier') return {};
  const pulled = PullFilesOutput.parse(output);
  const others = run.warnings.filter(({ data }) => data.courier !== pulled.courier);
  const told = [...missingFiles(pulled, at), ...changingFiles(pulled, at), ...doubtfulFiles(pulled, at)];
  return told.length === 0 && others.length === run.warnings.length ? {} : { warnings: [...others, ...told] };
}

function changingFiles({ courier, changing = [] }: PullFilesOutput, at: string): RunWarning[] {
  if (changing.length === 0) return [];
  const message = `${courier} went on without what changed each time that it was read: ${fewOf(changing)}; the next run looks again`;
  return [{ type: 'ChangingFiles', message, at, data: { courier, changing } }];
}

const doubtfulFiles = ({ courier, doubts = [] }: PullFilesOutput, at: string): RunWarning[] =>
  doubts.map((doubt) => ({ type: 'DoubtfulFiles', message: `${courier}: ${doubt}`, at, data: { courier } }));

function missingFiles({ courier, missing, notify_when_missing }: PullFilesOutput, at: string): RunWarning[] {
  if (missing.length === 0 || !notify_when_missing) return [];
  const what = missing.length === 1 ? 'a required file that is' : `${missing.length} required files that are`;
  return [
    {
      type: 'MissingFiles',
      message: `${courier} went on without ${what} not there: ${fewOf(missing)}`,
      at,
      data: { courier, missing },
    },
  ];
}

/** The warning of a run that takes, or took, longer than its group says; once. */
export function slowRun(run: Run, now: string): RunWarning | undefined {
  const { warn_at, warnings, ended_at, name } = run;
  if (warn_at === undefined || warn_at > (ended_at ?? now)) return undefined;
  if (warnings.some(({ type }) => type === 'SlowRun')) return undefined;
  const end = ended_at === undefined ? 'it goes on' : `it ended at ${ended_at}`;
  return {
    type: 'SlowRun',
    message: `the run takes longer than warn_after of ${name}: it was to end by ${warn_at}, and ${end}`,
    at: now,
    data: { warn_at },
  };
}

/** Notes that a run takes, or took, too long, where it does and nobody has. Tells the run that was warned of. */
export async function warnOfSlowRun(objects: ObjectStore, run: Run, now: string): Promise<Run | undefined> {
  if (!slowRun(run, now)) return undefined;
  let isNew = false;
  const warned = await changeRun(objects, run.id, (found) => {
    const warning = slowRun(found, now);
    isNew = warning !== undefined;
    return warning ? { ...found, warnings: [...found.warnings, warning] } : found;
  });
  return isNew ? warned : undefined;
}

/** The same of every run that is under way. */
export async function warnOfSlowRuns({ objects, clock }: { objects: ObjectStore; clock(): Date }): Promise<Run[]> {
  const warned: Run[] = [];
  for (const id of await runsWithLease(objects)) {
    const run = (await readJson(objects, runKey(id), Run))?.value;
    const slow = run && (await warnOfSlowRun(objects, run, clock().toISOString()));
    if (slow) warned.push(slow);
  }
  return warned;
}
