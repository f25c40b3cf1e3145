import type { Run } from './contracts/runs.ts';
import type { ArchivedFile, SftpEndpoint, SftpUser } from './contracts/sftp.ts';
import type { Connection, Courier } from './contracts/sources.ts';
import type { CourierSource, FileReader } from './feeds/port.ts';
import type { Warehouse } from './sql/port.ts';
import type { SpreadStitch, StitchEngine } from './stitch/port.ts';

/** Said while work goes on: rows done, and of how many when that is known. */
export type Progress = (done: number, total?: number) => void;

/** Objects of one environment, by key such as `landing/web/2026-11-23/<sha256>-customers.csv`. */
export interface ObjectStore {
  /** Undefined when there is none. */
  get(key: string): Promise<{ body: Uint8Array; etag: string } | undefined>;
  /** `ifMatch` / `ifNoneMatch: '*'` make it a compare-and-swap; losing one is a `Conflict`. Durable when it resolves. Returns the new etag. */
  put(key: string, body: Uint8Array | string, condition?: { ifMatch: string } | { ifNoneMatch: '*' }): Promise<string>;
  /** Keys in ascending order. */
  list(prefix: string): Promise<{ key: string; bytes: number }[]>;
  /** Names of the folders right below one, such as `runs/`, ascending; one that has become empty may be among them. */
  folders(below: string): Promise<string[]>;
  delete(key: string): Promise<void>;
  /** A path on this machine that holds the object's bytes, for an engine that reads files. `NotFound` when there is none. */
  locate(key: string): Promise<string>;
  /** A folder of this machine that holds every object below `folder`, such as `stitch/<run>`. `NotFound` when there is none. */
  locateAll(folder: string): Promise<string>;
  /** Moves a finished file of this machine in under the key, at once or not at all. */
  adopt(path: string, key: string): Promise<void>;
}

/** Secrets of one environment, by name such as `sftp/shop/password`. */
export interface Secrets {
  /** Undefined when there is none. */
  get(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
  /** Nothing happens when there is none. */
  remove(name: string): Promise<void>;
}

/** The site that SFTP users of an environment upload to and download from. Who they are is `core/sftp`'s; `NotFound` when there is none. */
export interface SftpSite {
  /** Makes the site, which is not there from the start: at a port, or at a free one. `Conflict` when there is one. */
  provision(port?: number): Promise<void>;
  describe(): Promise<SftpEndpoint>;
  /** Lets the site be known by another key: its private half, as OpenSSH or PEM writes it. */
  importHostKey(privateKey: string): Promise<void>;
  /** `NotFound` when it has no such key. */
  removeHostKey(id: string): Promise<void>;
  /**
   * Puts a copy of an object of the environment's store into a user's folder, at once or not at all, in the place of a file of
   * that path. `Conflict` when a folder is in its place, or a file in that of a folder.
   */
  deliver(key: string, user: SftpUser, path: string): Promise<void>;
}

/** Files that came into the inbox long ago. Couriers and SFTP clients go on finding them under their names, as if they weren't archived. */
export interface InboxArchive {
  /** The file of a path, or those below a folder of the inbox (`''`: all), ascending; after a path when one is given. */
  list(path: string, after?: string): AsyncIterable<ArchivedFile>;
  /** Has one of them count as come today. `NotFound` when no such file is archived, `Conflict` when another took its name. */
  restore(path: string): Promise<ArchivedFile>;
}

/** Does the runs of one environment. */
export interface Workflows {
  /** Starts a new run. Resolves when its record is stored. */
  start(run: Run): Promise<void>;
  /** Stops the task under way; what was loaded stays. `Conflict` when the run isn't under way. */
  stop(id: string): Promise<void>;
  /** Goes on with a run that failed or was stopped, from the task that failed. */
  retry(run: Run): Promise<void>;
  /** The run as it is this moment, its progress too, when this process does it. */
  underWay(id: string): Run | undefined;
  /** Renews the leases of runs that go on, and ends as `RunLost` those that nothing does any more; tells which it ended. */
  endLost(): Promise<Run[]>;
}

/** A courier group that starts by the clock. */
export interface GroupSchedule {
  /** Id of the courier group. */
  courierGroup: string;
  /** Five-field cron, as `awsCron` reads it. */
  cron: string;
  /** IANA zone that the cron is read in. */
  timeZone: string;
  /** It starts nothing: until it is said anew, or until an instant (ISO 8601 UTC). */
  paused?: { until?: string };
}

/** What starts the courier groups of one environment by the clock. */
export interface Schedules {
  /** Makes the clock agree with these: adds, changes, removes. Said twice, it is said once. */
  set(schedules: readonly GroupSchedule[]): Promise<void>;
}

/** Everything that a step of an environment may touch. */
export interface Services {
  tenant: string;
  environment: string;
  objects: ObjectStore;
  secrets: Secrets;
  warehouse: Warehouse;
  files: FileReader;
  stitch: StitchEngine;
  /** Where Stitch may be spread over many functions. */
  spread?: SpreadStitch;
  /** The place that a courier pulls from; `connection` is the one that it names. */
  courier(courier: Courier, connection?: Connection): CourierSource;
  /** A folder of this machine for files on their way; emptied when the step ends. */
  scratch: string;
  /** Megabytes of memory, in a home that hands over what is too much for it; left out: it does what it is given. */
  room?: number;
  clock(): Date;
  progress: Progress;
  signal: AbortSignal;
}
