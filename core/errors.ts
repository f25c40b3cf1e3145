/**
 * Every error of ours. The class names are part of the workflow contract: a state machine's `ErrorEquals` names them.
 * `attribution` says who can mend it: the customer (their file, their configuration) or the platform (a defect, the machine).
 * A message says what was wrong, the value seen, what was expected and where to mend it: lower case, no full stop.
 */
export abstract class TributaryError extends Error {
  abstract readonly attribution: 'customer' | 'platform';
  /** The HTTP status that the API answers with. */
  abstract readonly status: number;
  /** Facts beside the message, safe to show. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(message: string, options: ErrorOptions & { data?: Record<string, unknown> } = {}) {
    super(message, options);
    this.name = new.target.name;
    this.data = options.data ?? {};
  }
}

abstract class CustomerError extends TributaryError {
  readonly attribution = 'customer';
  readonly status: number = 400;
}

abstract class PlatformError extends TributaryError {
  readonly attribution = 'platform';
  readonly status: number = 500;
}

/** A document, request or option that its schema or its neighbours refuse. */
export class InvalidInput extends CustomerError {}
/** A configured thing, table, run or person that does not exist. */
export class NotFound extends CustomerError {
  override readonly status = 404;
}
/** The caller has no valid token. */
export class Unauthenticated extends CustomerError {
  override readonly status = 401;
}
/** The caller may not do this. */
export class Forbidden extends CustomerError {
  override readonly status = 403;
}
/** Somebody else changed it first (compare-and-swap lost), or a lease is held. */
export class Conflict extends CustomerError {
  override readonly status = 409;
}
/** A body of a kind that is not taken. */
export class UnsupportedMedia extends CustomerError {
  override readonly status = 415;
}
/** More requests than may come; `data.retry_after` are seconds. */
export class TooManyRequests extends CustomerError {
  override readonly status = 429;
}
/** A required file is not at its source yet, and its wait has not run out: it is asked for again. */
export class FilesAwaited extends CustomerError {
  override readonly status = 409;
}
/** A required file was not at its source when its wait ran out. */
export class MissingFile extends CustomerError {}
/** A file that can't be read at all: truncated gzip, broken JSON, a wrong encoding, no header. */
export class UnreadableFile extends CustomerError {}
/** A file that changed while it was read; it is read again later. */
export class FileChanged extends CustomerError {}
/** A system that a courier pulls from and that lets us in no further: a wrong credential, an unknown host key, no such table. */
export class SourceRefused extends CustomerError {}
/** A system that a courier pulls from and that does not answer, or breaks off: it is asked again later. */
export class SourceUnreachable extends CustomerError {}
/** More bad rows than the feed's error threshold allows; nothing of the file was loaded. */
export class ErrorThresholdExceeded extends CustomerError {}
/** One or more feeds of a run failed; the others are loaded. */
export class LoadFailed extends CustomerError {}
/** A model of which what was shown is so no more: it was tried on other settings, other data, or against another model. */
export class ModelOutdated extends CustomerError {
  override readonly status = 409;
}
/** SQL that a user wrote and that is refused: not read-only, an unknown table, not Trino SQL. */
export class RefusedSql extends CustomerError {}
/** A Trino function or construct that is not proven to give equal rows on DuckDB, so that it runs in AWS only. */
export class UnprovenSql extends CustomerError {}
/** SQL that failed in the engine; carries its logical name and text. */
export class QueryFailed extends CustomerError {}
/** SQL that takes more memory than the engine has for one statement. */
export class ResourcesExhausted extends CustomerError {}
/** A reference from one document to another that leads nowhere or round in a circle. */
export class BrokenReference extends CustomerError {}
/** A statement is under way that outlasts a call of its step: the state machine waits for it, and calls the step again. */
export class StatementAwaited extends PlatformError {}
/** A run was stopped by a person. */
export class RunStopped extends CustomerError {}
/** Nothing does a run any more that was under way: its process died, or its execution is gone. */
export class RunLost extends PlatformError {}
/** No room left on the disk. */
export class DiskFull extends PlatformError {}
/** Another process owns this data folder. */
export class HomeInUse extends PlatformError {}
/** A task in a container ended before the step was done: it was stopped, or had too little memory. */
export class TaskStopped extends PlatformError {}
/** A function's time was up before its step was done. */
export class OutOfTime extends PlatformError {}
/** More work than this home has room or time for: trying again would end the same. */
export class TooLarge extends PlatformError {}
/** Data of another format than this version reads and writes. */
export class WrongFormat extends PlatformError {
  override readonly status = 409;
}
/** A defect of ours. */
export class InternalError extends PlatformError {}

const byName: Readonly<
  Record<string, new (message: string, options?: { data?: Record<string, unknown> }) => TributaryError>
> = {
  InvalidInput,
  NotFound,
  Unauthenticated,
  Forbidden,
  Conflict,
  UnsupportedMedia,
  TooManyRequests,
  FilesAwaited,
  MissingFile,
  UnreadableFile,
  FileChanged,
  SourceRefused,
  SourceUnreachable,
  ErrorThresholdExceeded,
  LoadFailed,
  ModelOutdated,
  RefusedSql,
  UnprovenSql,
  QueryFailed,
  ResourcesExhausted,
  BrokenReference,
  RunStopped,
  RunLost,
  DiskFull,
  HomeInUse,
  TaskStopped,
  OutOfTime,
  TooLarge,
  WrongFormat,
  InternalError,
};

/** Makes the error again that another process told of; one that isn't ours is an `InternalError`. */
export function errorNamed(name: string, message: string, data: Record<string, unknown> = {}): TributaryError {
  const Named = byName[name];
  return Named ? new Named(message, { data }) : new InternalError(`${name}: ${message}`, { data });
}
