import { cp, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileReader } from '../../adapters/files/reader.ts';
import { createStitchEngine } from '../../adapters/stitch/duckdb.ts';
import { streamFolders } from '../../adapters/streams/folders.ts';
import type { Run } from '../../core/contracts/runs.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { streamName } from '../../core/streams/port.ts';
import { launchRun } from '../../core/workflows/launch.ts';
import { demoCourierGroup } from '../../local/demo.ts';
import { type LocalEnvironment, openEnvironment } from '../../local/environment.ts';
import { inboxFolder } from '../../local/home.ts';

/** An environment of this machine, which the same files go through. */
export class Laptop {
  readonly environment: LocalEnvironment;
  readonly #home: string;

  private constructor(home: string, environment: LocalEnvironment) {
    this.#home = home;
    this.environment = environment;
  }

  static async open(tenant: string): Promise<Laptop> {
    const home = await mkdtemp(join(tmpdir(), 'laptop-'));
    const spillFolder = join(home, 'spill');
    const engine = { files: createFileReader({ spillFolder }), stitch: createStitchEngine({ spillFolder }) };
    return new Laptop(home, await openEnvironment(home, tenant, 'production', engine));
  }

  /** Files of a folder into the inbox, under their names in it. */
  async deliver(folder: string): Promise<void> {
    await cp(folder, inboxFolder(this.#home, this.environment.tenant), { recursive: true });
  }

  async send(stream: string, records: readonly string[]): Promise<void> {
    const { objects, streams } = this.environment;
    await streams.append((await headConfiguration(objects)).get('stream', stream), { records });
  }

  async closedFiles(stream: string): Promise<string[]> {
    const { files } = streamFolders(this.environment.folders.streams, streamName(stream));
    const entries = await readdir(files, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  async run(): Promise<Run> {
    const { environment } = this;
    const place = { ...environment, environment: environment.name, clock: () => new Date() };
    const request = {
      courier_group: demoCourierGroup,
      ingest_only: false,
      skip_missing: false,
      refresh: 'normal' as const,
    };
    const run = await launchRun(place, request, 'test');
    return (await environment.workflows.ended(run.id)) ?? run;
  }

  close(): Promise<void> {
    return this.environment.close();
  }
}
