/** A state machine of `statemachines/`, of which only this is looked at. */
export interface Machine {
  States: States;
}
type States = Record<string, State>;
interface State {
  Type: string;
  Resource?: string;
  Parameters?: Record<string, unknown>;
  ResultPath?: string | null;
  Next?: string;
  End?: boolean;
  ItemProcessor?: Machine;
  [field: string]: unknown;
}

/** How the statements that functions begin are waited for. */
export interface Waiting {
  /** Functions that begin statements, by `${…}` in the file. */
  functions: readonly string[];
  workgroup: string;
  /** How long a function waits itself: as long as costs less than the machine's states do. */
  patienceMs: number;
}

/** Seconds; Athena itself ends a statement after half an hour, unless an account has asked for more. */
const LONGEST_STATEMENT = 14_400;
const THROTTLED = ['Athena.TooManyRequestsException', 'Athena.ThrottlingException'];

/**
 * A machine as it is deployed. Each task of ours is told what Step Functions knows of it, for the notes of the run. One that
 * may answer with a statement under way is called again when the machine has waited for that, which takes no function: the
 * statement is joined by the token that the task started it with, and what became of it the task sees for itself.
 */
export function deployedMachine<M extends Machine>(machine: M, waiting: Waiting): M {
  const states = Object.entries(machine.States).map(([name, state]) => deployedState(name, state, waiting));
  return { ...machine, States: Object.assign({}, ...states) };
}

function deployedState(name: string, state: State, waiting: Waiting): States {
  if (state.ItemProcessor)
    return { [name]: { ...state, ItemProcessor: deployedMachine(state.ItemProcessor, waiting) } };
  const [, called] = /^\$\{([a-z-]+)\}$/.exec(state.Resource ?? '') ?? [];
  if (called === undefined) return { [name]: state };
  const told = { Name: name, 'EnteredTime.$': '$$.State.EnteredTime' };
  const task = { ...state, Parameters: { ...state.Parameters, task: told } };
  return waiting.functions.includes(called) ? waitingTask(name, task, waiting) : { [name]: task };
}

function waitingTask(name: string, task: State, { workgroup, patienceMs }: Waiting): States {
  const [outcome, statement, again, done] = [
    `${name} outcome`,
    `${name} statement`,
    `${name} again`,
    `${name} done`,
  ] as const;
  const { ResultPath: path = '$.answer', Next, End, ...called } = task;
  if (path === null)
    throw new Error(`${name} drops its result (ResultPath null): a statement that it begins can't be told`);
  const call = (begun: object) => ({
    ...called,
    Parameters: { ...task.Parameters, wait: { patience_ms: patienceMs, ...begun } },
    ResultPath: path,
    Next: outcome,
  });
  // Without a path of its own, what the task gives is all that the next state is given.
  const onward = { ...(task.ResultPath === undefined && { OutputPath: path }), ...(Next ? { Next } : { End: true }) };
  return {
    [name]: call({ begun: [] }),
    [outcome]: {
      Type: 'Choice',
      Comment: 'Whether a statement of its is under way',
      Choices: [{ Variable: `${path}.waits`, IsPresent: true, Next: statement }],
      Default: done,
    },
    [statement]: {
      Type: 'Task',
      Comment: 'Waits for the statement',
      Resource: 'arn:aws:states:::athena:startQueryExecution.sync',
      Parameters: {
        'QueryString.$': `${path}.waits.sql`,
        'ClientRequestToken.$': `${path}.waits.token`,
        WorkGroup: workgroup,
      },
      TimeoutSeconds: LONGEST_STATEMENT,
      Retry: [{ ErrorEquals: THROTTLED, IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 5 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: again }],
      ResultPath: null,
      Next: again,
    },
    [again]: call({ 'begun.$': `${path}.waits.begun` }),
    [done]: { Type: 'Pass', Comment: 'Ends as the file says', ...onward },
  };
}
