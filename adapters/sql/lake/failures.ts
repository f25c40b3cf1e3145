import {
  InternalError,
  QueryFailed,
  RefusedSql,
  ResourcesExhausted,
  RunStopped,
  TributaryError,
} from '../../../core/errors.ts';
import type { Statement } from './engine.ts';

/** How a statement ended that did not go well. `reason` begins with the engine's name of it, such as `TABLE_NOT_FOUND: `. */
export interface Failure {
  reason: string;
  queryId: string | undefined;
  /** The engine's own fault, not the statement's. */
  isInternal?: boolean;
  /** The statement takes more than the engine has for one. */
  isExhausted?: boolean;
  /** The engine says that it may go well another time. */
  isPassing?: boolean | undefined;
  cause?: unknown;
}

/** Another commit to the same table or view came first. */
const conflicts = new Set(['ICEBERG_COMMIT_ERROR', 'TRANSACTION_CONFLICT', 'ALREADY_EXISTS']);

const smaller =
  "make it of tables that build on each other, with fewer rows and columns before joins, groups and windows, or reserve capacity of Athena's for the work group";

const codeOf = (reason: string): string | undefined => /^[A-Z][A-Z0-9_]+(?=:)/.exec(reason)?.[0];

/** Gives an engine's failure its logical name and text. */
export function failed(
  { name, sql }: Statement,
  { reason, queryId, isInternal, isExhausted, isPassing, cause }: Failure,
): TributaryError {
  const code = codeOf(reason);
  const message = queryId === undefined ? `${name}: ${reason}` : `${name}: ${reason} (query ${queryId})`;
  const facts = {
    cause,
    data: { sql, code, query_id: queryId, passing: isPassing === true || (code !== undefined && conflicts.has(code)) },
  };
  if (isExhausted) return new ResourcesExhausted(`${message}: ${smaller}`, facts);
  if (code === 'FUNCTION_NOT_FOUND') return new RefusedSql(message, facts);
  return isInternal ? new InternalError(message, facts) : new QueryFailed(message, facts);
}

export const stopped = ({ name }: Statement): RunStopped => new RunStopped(`${name} was stopped`);

/** Whether the statement may be run again: another commit to the table came first, or the engine was in trouble. */
export const isPassing = (cause: unknown): boolean => factsOf(cause).passing === true;

/** Whether there is no table of the name that a statement reads. */
export const isTableAbsent = (cause: unknown): boolean => factsOf(cause).code === 'TABLE_NOT_FOUND';

/** Whether there is a table already of the name that a statement makes. */
export const isTableThere = (cause: unknown): boolean => factsOf(cause).code === 'TABLE_ALREADY_EXISTS';

const factsOf = (cause: unknown): Readonly<Record<string, unknown>> =>
  cause instanceof TributaryError ? cause.data : {};
