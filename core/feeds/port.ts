import type { DiscoveredFeed } from '../contracts/discover.ts';
import type { FileCounts } from '../contracts/loads.ts';
import type { CourierFile, Feed, FileFormat } from '../contracts/sources.ts';
import type { ObjectStore, Progress } from '../ports.ts';

/** A file at a courier's source. */
export interface SourceFile {
  /** Path at the source, `/` between folders. */
  name: string;
  /** Left out where only reading it tells. */
  bytes?: number;
  modified: string;
  /** What tells its content from any other's, where the source knows: times of many are whole seconds. */
  etag?: string;
  /** What it is read from, of a source that goes on from a mark: the mark of anything else says nothing of it. */
  of?: string;
  /** Why it can't be read under its name: people are told, and it is left where it is. */
  unreadable?: string;
}

/** One place that files are pulled from; built by the courier registry from a courier's settings and its connection. */
export interface CourierSource {
  /** Every file whose name may match one of the patterns. `SourceRefused`, `SourceUnreachable`. */
  list(files: CourierFile[], signal: AbortSignal): Promise<SourceFile[]>;
  /**
   * Reads a file whole, by way of a path of this machine where it has to be, and says what its bytes were; `FileChanged` when
   * it changed meanwhile. Undefined where there is nothing in it that was not read before.
   */
  fetch(file: SourceFile, path: string, reading: Reading): Promise<FetchedFile | undefined>;
  /** Takes away a file that is landed, from a source that keeps its files for one courier alone. */
  discard?(file: SourceFile): Promise<void>;
  /** Lets go of what it holds of the place. */
  close?(): Promise<void>;
}

/** How a file of a source is read. */
export interface Reading {
  signal: AbortSignal;
  /** The mark of the last reading, from which on a source that can tell gives what is new. */
  since?: string;
  /** Days that alone are wanted, `to` exclusive, of a source that can tell; null: from the first, to the last. */
  period?: { from: string | null; to: string | null };
}

/** A file of a source that was read whole. */
export interface FetchedFile {
  bytes: number;
  sha256: string;
  /** Where the next reading begins, in a source that can tell what is new. */
  mark?: string;
  /** What people are to look at, where it may not be all that there is. */
  doubt?: string;
  /** Moves these very bytes in under a key; `FileChanged` when the source alone had them, and no longer has. */
  land(objects: ObjectStore, key: string): Promise<void>;
}

/** What of one landed file is read into typed rows. */
export interface FileReadRequest {
  path: string;
  /** Name shown in quarantine and errors. */
  name: string;
  format: FileFormat;
  feed: Feed;
  ingestQuery?: string;
  /** Private PGP keys, armoured, that a file may be encrypted for. */
  decryptionKeys?: readonly string[];
  /** Zone of datetimes without one. */
  timeZone: string;
  /** Epoch microseconds that stand for `_updated` in a feed that generates it. */
  generatedUpdated: bigint;
  /** Folder that `staged.parquet` and `quarantine.parquet` are written to; made when absent. */
  outFolder: string;
  signal: AbortSignal;
  progress?: Progress;
}

/** What is known of a file beside its bytes. */
export interface DiscoverOptions {
  source?: string;
  /** Pattern of the members that are wanted of an archive. */
  members?: string;
  decryptionKeys?: readonly string[];
  signal?: AbortSignal;
}

/** Reads landed files: bytes → typed Parquet and quarantine. */
export interface FileReader {
  read(request: FileReadRequest): Promise<FileCounts>;
  /** Profiles a whole file and proposes its feed. */
  discover(path: string, name: string, options?: DiscoverOptions): Promise<DiscoveredFeed>;
}
