import { withResolvers } from './with-resolvers.ts';

/** A state of a machine as its file says it; only what we look at. */
export interface State {
  Type: string;
  Comment?: string;
  Resource?: string;
  TimeoutSeconds?: number;
  Parameters?: Record<string, unknown>;
  ItemProcessor?: { States: Record<string, State> };
  [field: string]: unknown;
}

export interface StateMachineDefinition {
  Comment: string;
  StartAt: string;
  /** All that an execution has. */
  TimeoutSeconds?: number;
  States: Record<string, State>;
}

/** Every Task state of a machine, inside its maps too, by its name. */
export function tasksOf(states: Record<string, State>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? [[name, state] as [string, State]] : []),
    ...(state.ItemProcessor ? tasksOf(state.ItemProcessor.States) : []),
  ]);
}

/** True of an error that ends a machine: nothing retries it in its state, and nothing in the machine catches it. */
export function isFinal(machine: StateMachineDefinition, state: State, error: unknown): boolean {
  const names = [(error as Error).name, 'States.ALL', 'States.TaskFailed'];
  const isRetried = rulesOf(state, 'Retry').some(({ ErrorEquals }) => ErrorEquals.includes((error as Error).name));
  return (
    !isRetried && !catchersOf(machine.States).some(({ ErrorEquals }) => names.some((one) => ErrorEquals.includes(one)))
  );
}

const rulesOf = (state: State, kind: 'Retry' | 'Catch') => (state[kind] ?? []) as { ErrorEquals: string[] }[];

/** Of the states of a machine, and of its maps. */
const catchersOf = (states: Record<string, State>): { ErrorEquals: string[] }[] =>
  Object.values(states).flatMap((state) => [
    ...rulesOf(state, 'Catch'),
    ...catchersOf(state.ItemProcessor?.States ?? {}),
  ]);

/** Whether a task is one of ECS, which does for a function what it has no room for. */
export const isContainerTask = ({ Resource }: State): boolean => Resource?.includes(':ecs:') ?? false;

/** The name in a placeholder such as `${read-file}`, which the deploy replaces by an ARN. */
export const placeholder = (value: unknown): string | undefined =>
  typeof value === 'string' ? /^\$\{([a-z-]+)\}$/.exec(value)?.[1] : undefined;

/** The interpreter, which asks for a function that Node 20 lacks. */
export async function interpreter() {
  withResolvers();
  return import('aws-local-stepfunctions');
}
