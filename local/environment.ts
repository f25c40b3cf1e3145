import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CourierContext } from '../adapters/couriers/kind.ts';
import { machineFolder, ownFolder } from '../adapters/couriers/machine-folder.ts';
import { laptopNetwork } from '../adapters/couriers/network.ts';
import { courierSource } from '../adapters/couriers/registry.ts';
import { FolderArchive } from '../adapters/inbox-archive/folder.ts';
import { FilesystemObjects } from '../adapters/objects/filesystem.ts';
import { InProcessQueries } from '../adapters/queries/in-process.ts';
import { EncryptedFileSecrets } from '../adapters/secrets/encrypted-file.ts';
import { DuckDbWarehouse } from '../adapters/sql/duckdb.ts';
import { streamFolders } from '../adapters/streams/folders.ts';
import type { StreamEvents } from '../adapters/streams/stream-log.ts';
import { StreamLogs } from '../adapters/streams/stream-logs.ts';
import { LocalWorkflows, type TaskHandler } from '../adapters/workflows/local.ts';
import type { StateMachineDefinition } from '../adapters/workflows/state-machine.ts';
import { queryResultsPrefix } from '../core/contracts/deployment.ts';
import { migrate } from '../core/environments/data-format.ts';
import type { Services } from '../core/ports.ts';
import { streamName } from '../core/streams/port.ts';
import {
  archiveFolder,
  courierFolders,
  type EnvironmentFolders,
  environmentFolders,
  inboxFolder,
  secretsKeyFile,
} from './home.ts';
import { lambdas } from './lambdas.ts';

/** Half of a small laptop's memory: beyond it the engines spill to disk. */
export const memoryLimits = { tables: '1500MB', engine: '2000MB' };

/** One environment of one tenant on this machine: its objects, secrets, tables and runs. */
export interface LocalEnvironment {
  tenant: string;
  name: string;
  folders: EnvironmentFolders;
  objects: FilesystemObjects;
  secrets: EncryptedFileSecrets;
  /** What its couriers are given. */
  couriers: CourierContext;
  courier: Services['courier'];
  warehouse: DuckDbWarehouse;
  queries: InProcessQueries;
  workflows: LocalWorkflows;
  streams: StreamLogs;
  /** Of its tenant's inbox. */
  archive: FolderArchive;
  close(): Promise<void>;
}

/** Of a process that serves nobody, to which nothing is sent. */
const unheard: StreamEvents = { closed: () => undefined, failed: () => undefined };

export async function openEnvironment(
  home: string,
  tenant: string,
  name: string,
  engine: Pick<Services, 'files' | 'stitch'>,
  events: StreamEvents = unheard,
): Promise<LocalEnvironment> {
  const folders = environmentFolders(home, tenant, name);
  // What a process left that has ended; nobody can ask for the results of its queries.
  const left = [folders.scratch, folders.spill, join(folders.objects, queryResultsPrefix)];
  for (const folder of left) await rm(folder, { recursive: true, force: true });
  for (const folder of [folders.objects, folders.scratch, folders.spill]) await mkdir(folder, { recursive: true });
  const objects = new FilesystemObjects(folders.objects);
  const clock = () => new Date();
  await migrate({ objects, clock });
  const secrets = new EncryptedFileSecrets({
    file: folders.secrets,
    keyFile: secretsKeyFile(home),
    owner: `${tenant}/${name}`,
  });
  const warehouse = await DuckDbWarehouse.open({
    file: folders.tables,
    objects,
    objectsFolder: folders.objects,
    spillFolder: folders.spill,
    memoryLimit: memoryLimits.tables,
  });
  const queries = new InProcessQueries({ warehouse, objects });
  const couriers = courierContext(home, tenant, folders, secrets);
  const courier: Services['courier'] = (of, connection) => courierSource(of, couriers, connection);
  const services = {
    tenant,
    environment: name,
    objects,
    secrets,
    warehouse,
    files: engine.files,
    stitch: engine.stitch,
    courier,
    clock,
  };
  const workflows = new LocalWorkflows({
    objects,
    machines: await stateMachines(),
    handlers: handlersOn(services, folders.scratch),
    clock,
  });
  // What no process has gone on with for a day is under way no more.
  await workflows.endLost();
  const streams = new StreamLogs(folders.streams, events);
  const archive = new FolderArchive({ inbox: inboxFolder(home, tenant), archive: archiveFolder(home, tenant) });
  const close = async () => {
    await streams.close();
    await workflows.close();
    await queries.close();
    await warehouse.close();
  };
  const opened = { tenant, name, folders, objects, secrets, couriers, courier, warehouse, queries, workflows };
  return { ...opened, streams, archive, close };
}

/** What couriers of an environment are given. */
function courierContext(
  home: string,
  tenant: string,
  folders: EnvironmentFolders,
  secrets: EncryptedFileSecrets,
): CourierContext {
  return {
    openFolder: (path, id) => {
      const { folder, archive } = courierFolders(home, tenant, path);
      return machineFolder(folder, id, archive);
    },
    openStream: (stream, id) => ownFolder(streamFolders(folders.streams, streamName(stream)).files, id),
    secrets,
    network: laptopNetwork,
  };
}

/** The lambdas as tasks of this process, each with a scratch folder of its own that goes when it ends. */
function handlersOn(
  services: Omit<Services, 'scratch' | 'progress' | 'signal'>,
  scratchRoot: string,
): Record<string, TaskHandler> {
  const handle =
    (name: string): TaskHandler =>
    async (input, { signal, progress }) => {
      const scratch = await mkdtemp(join(scratchRoot, `${name}-`));
      try {
        return await lambdas[name]?.(input, { services: { ...services, scratch, signal, progress } } as never);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    };
  return Object.fromEntries(Object.keys(lambdas).map((name) => [name, handle(name)]));
}

async function stateMachines(): Promise<Record<string, StateMachineDefinition>> {
  const folder = new URL('../statemachines/', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.asl.json'));
  const read = async (file: string) =>
    [
      file.replace('.asl.json', ''),
      JSON.parse(await readFile(new URL(file, folder), 'utf8')) as StateMachineDefinition,
    ] as const;
  return Object.fromEntries(await Promise.all(files.map(read)));
}
