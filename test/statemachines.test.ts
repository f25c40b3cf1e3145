import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  interpreter,
  isContainerTask,
  placeholder,
  type State,
  type StateMachineDefinition,
  tasksOf,
} from '../adapters/workflows/state-machine.ts';
import { LONGEST_WAIT } from '../core/contracts/sources.ts';
import * as errors from '../core/errors.ts';
import { lambdas } from '../local/lambdas.ts';

const folder = new URL('../statemachines/', import.meta.url);
const machines = readdirSync(folder).map(
  (file) =>
    [
      file.replace('.asl.json', ''),
      JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as StateMachineDefinition,
    ] as const,
);

/** Fields that the local interpreter ignores without a word, so that the two homes would differ. */
const unsupported = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Assign',
  'Output',
  'Arguments',
];

/** What Step Functions says when Lambda could not answer. */
const inTrouble = ['ServiceException', 'AWSLambdaException', 'SdkClientException', 'ClientExecutionTimeoutException']
  .concat('TooManyRequestsException')
  .map((name) => `Lambda.${name}`);
/** What it says of a function whose process ended: older runtimes give no name of it. Most would end so again. */
const lost = ['Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError', 'States.Timeout'];

/** The states of a machine and of its maps, with the level that they are on. */
function levels(states: Record<string, State>, startAt: string): { states: Record<string, State>; startAt: string }[] {
  const inner = Object.values(states).flatMap((state) => {
    const processor = state.ItemProcessor as { States: Record<string, State>; StartAt: string } | undefined;
    return processor ? levels(processor.States, processor.StartAt) : [];
  });
  return [{ states, startAt }, ...inner];
}

const nextOf = (state: State): string[] => [
  ...(typeof state.Next === 'string' ? [state.Next] : []),
  ...(typeof state.Default === 'string' ? [state.Default] : []),
  ...((state.Choices ?? state.Catch ?? []) as { Next: string }[]).map((choice) => choice.Next),
  ...((state.Choices ? (state.Catch ?? []) : []) as { Next: string }[]).map((choice) => choice.Next),
];

/** The step that a container is told to do. */
const stepOf = (task: State): string | undefined =>
  /"Name":"TRIBUTARY_STEP","Value":"([a-z-]+)"/.exec(JSON.stringify(task.Parameters))?.[1];

/** The file as the deploy would make it. */
const deployed = (machine: StateMachineDefinition): string =>
  JSON.stringify(machine).replaceAll(/\$\{([a-z-]+)\}/g, 'arn:aws:lambda:eu-west-1:123456789012:function:$1');

/** A laptop's tables are whole files of their own versions: there is nothing to tidy. Nor has it many functions. */
const inAwsOnly = ['tidy-tables', 'stitch-distributed'];

describe.each(machines)('the state machine %s', (name, machine) => {
  const all = levels(machine.States, machine.StartAt);
  const tasks = tasksOf(machine.States);

  it('leads from its start to every state, and nowhere else', () => {
    for (const { states, startAt } of all) {
      const reached = new Set([startAt]);
      for (const name of reached) for (const next of nextOf(states[name] ?? { Type: 'none' })) reached.add(next);
      expect([...reached].sort()).toEqual(Object.keys(states).sort());
    }
  });

  it('is valid Amazon States Language', async () => {
    const { StateMachine } = await interpreter();
    expect(
      () => new StateMachine(JSON.parse(deployed(machine)), { validationOptions: { checkArn: false } }),
    ).not.toThrow();
  });

  it('says in every task what it is for, how long it may take and when it is tried again', () => {
    for (const [state, task] of tasks) {
      expect([state, typeof task.Comment, typeof task.TimeoutSeconds, Array.isArray(task.Retry)]).toEqual([
        state,
        'string',
        'number',
        true,
      ]);
    }
  });

  it('ends by a time as a whole, and waits nowhere for longer', () => {
    const whole = machine.TimeoutSeconds ?? Number.POSITIVE_INFINITY;
    expect(whole).toBeLessThanOrEqual(14 * 86_400);
    for (const [state, task] of tasks) expect([state, (task.TimeoutSeconds ?? whole) <= whole]).toEqual([state, true]);
    const states = all.flatMap((level) => Object.values(level.states));
    // A callback, or an activity, would wait for somebody who may never answer.
    expect(states.filter(({ Type }) => Type === 'Wait')).toEqual([]);
    expect(JSON.stringify(machine)).not.toMatch(/waitForTaskToken|:activity:/);
  });

  it('tries a function again when the service is in trouble, and once when it ran out of time or memory', () => {
    for (const [name, task] of tasks.filter(([, one]) => placeholder(one.Resource) !== undefined)) {
      const rules = task.Retry as { ErrorEquals: string[]; MaxAttempts: number }[];
      const attempts = (error: string) => rules.find(({ ErrorEquals }) => ErrorEquals.includes(error))?.MaxAttempts;
      expect([name, inTrouble.filter((error) => (attempts(error) ?? 0) < 6)]).toEqual([name, []]);
      expect([name, ...lost.map(attempts)]).toEqual([name, ...lost.map(() => 1)]);
    }
  });

  it('waits for no error of a function where no function is called', () => {
    for (const [name, task] of tasks.filter(([, one]) => placeholder(one.Resource) === undefined))
      expect([name, JSON.stringify(task.Retry)]).toEqual([name, expect.not.stringMatching(/Lambda|Runtime|Sandbox/)]);
  });

  it('names lambdas and machines that exist', () => {
    for (const [, task] of tasks) {
      const nested = placeholder(task.Parameters?.StateMachineArn);
      const known = inAwsOnly.includes(name) ? readdirSync('lambdas') : Object.keys(lambdas);
      if (task.Resource?.startsWith('arn:aws:states:::athena:')) continue;
      if (isContainerTask(task)) expect(known).toContain(stepOf(task));
      else if (nested === undefined) expect(known).toContain(placeholder(task.Resource));
      else expect(machines.map(([name]) => name)).toContain(nested);
    }
  });

  it('catches and retries errors that exist', () => {
    const rules = all
      .flatMap(({ states }) => Object.values(states))
      .flatMap((state) => [
        ...((state.Retry ?? []) as { ErrorEquals: string[] }[]),
        ...((state.Catch ?? []) as { ErrorEquals: string[] }[]),
      ]);
    const unknown = rules
      .flatMap((rule) => rule.ErrorEquals)
      .filter(
        (name) => !/^(States|Athena|ECS)\./.test(name) && ![...inTrouble, ...lost].includes(name) && !(name in errors),
      );
    expect(unknown).toEqual([]);
  });

  it('uses nothing that the local interpreter would ignore', () => {
    const text = JSON.stringify(machine);
    expect(unsupported.filter((field) => text.includes(`"${field}"`))).toEqual([]);
    expect(text).not.toContain('"JSONata"');
    // A local run never enters a distributed map: the step before it hands nothing over there.
    if (!inAwsOnly.includes(name)) expect(text).not.toContain('"DISTRIBUTED"');
  });
});

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxDelaySeconds?: number;
  MaxAttempts: number;
  JitterStrategy?: 'FULL';
}

const retryOf = (state: State | undefined, error: string): Retrier | undefined =>
  (state?.Retry as Retrier[] | undefined)?.find(({ ErrorEquals }) => ErrorEquals.includes(error));

/** Seconds that all attempts of a retry last; with jitter, half of the longest. */
function lengthOf({ IntervalSeconds, BackoffRate, MaxDelaySeconds = 31_622_400, ...retry }: Retrier): number {
  const waits = Array.from({ length: retry.MaxAttempts }, (_, n) => IntervalSeconds * BackoffRate ** n);
  const longest = waits.reduce((sum, wait) => sum + Math.min(wait, MaxDelaySeconds), 0);
  return retry.JitterStrategy ? longest / 2 : longest;
}

it('a run waits behind one whose courier waits as long as it may, and has events left for such a wait of its own', () => {
  const [run] = machines.filter(([name]) => name === 'run-courier-group').map(([, machine]) => machine);
  const behind = retryOf(run?.States.StartRun, 'Conflict') as Retrier;
  expect(lengthOf(behind)).toBeGreaterThan(LONGEST_WAIT + 12 * 3600);
  expect(behind.MaxAttempts * 3).toBeLessThan(0.25 * 25_000);
  expect(lengthOf(behind) + LONGEST_WAIT).toBeLessThan(run?.TimeoutSeconds ?? 0);
});

it('a piece of a Stitch waits for a place among the functions for as long as its machine works', () => {
  const [spread] = machines.filter(([name]) => name === 'stitch-distributed').map(([, machine]) => machine);
  const pieces = Object.values(spread?.States ?? {}).flatMap((state) =>
    Object.values((state.ItemProcessor as { States: Record<string, State> } | undefined)?.States ?? {}),
  );
  expect(pieces.length).toBeGreaterThan(0);
  for (const piece of pieces) {
    const busy = retryOf(piece, 'Lambda.TooManyRequestsException') as Retrier;
    expect(lengthOf(busy)).toBeGreaterThanOrEqual(spread?.TimeoutSeconds ?? Number.POSITIVE_INFINITY);
    expect(busy.MaxAttempts * 3).toBeLessThan(0.75 * 25_000);
  }
});

it('couriers that wait as long as they may leave their execution time and events', () => {
  const [run] = machines.filter(([name]) => name === 'run-courier-group').map(([, machine]) => machine);
  const pullFiles = run?.States.PullFiles as State & { MaxConcurrency: number };
  const { ItemProcessor, MaxConcurrency } = pullFiles;
  const [pull] = Object.values((ItemProcessor as { States: Record<string, State> }).States);
  const late = retryOf(pull, 'FilesAwaited');
  // Until its delay is the longest, a wait takes some attempts more.
  const attempts = LONGEST_WAIT / (late?.MaxDelaySeconds ?? 0) + 20;
  expect(attempts).toBeLessThan(late?.MaxAttempts ?? 0);
  // Called, begun, failed.
  expect(attempts * 3 * MaxConcurrency).toBeLessThan(0.75 * 25_000);
  expect(LONGEST_WAIT).toBeLessThan((run?.TimeoutSeconds ?? 0) / 2);
});
