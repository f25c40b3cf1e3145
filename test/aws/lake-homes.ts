import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { AthenaEngine } from '../../adapters/sql/athena.ts';
import { DuckDbParquetFiles } from '../../adapters/sql/lake/parquet-files.ts';
import { tidyings } from '../../adapters/sql/lake/tidying.ts';
import { LakeWarehouse } from '../../adapters/sql/lake.ts';
import { TrinoEngine } from '../../adapters/sql/trino.ts';
import { schemas } from '../../core/contracts/catalog.ts';
import { databaseName } from '../../core/contracts/deployment.ts';
import { type BegunStatement, StatementWait } from '../../core/contracts/steps.ts';
import { StatementAwaited } from '../../core/errors.ts';
import type { WarehouseHome } from '../contracts/warehouse.ts';
import { type Emulator, trinoUrl } from './emulator.ts';

type Aws = Pick<Emulator, 'client' | 'endpoint'>;

/** An empty bucket of an environment that nobody else has. */
async function newLake({ client }: Aws) {
  const bucket = `lake-${randomUUID()}`;
  const place = { workgroup: bucket };
  const s3 = new S3Client(client);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const objects = new S3Objects({ client: s3, bucket, folder: await mkdtemp(join(tmpdir(), 'lake-')) });
  const parquet = new DuckDbParquetFiles(objects, await mkdtemp(join(tmpdir(), 'parquet-')), { threads: 1 });
  const databases = schemas.map((schema) => databaseName(place, schema));
  return { place, objects, parquet, bucket, databases };
}

/** A lake on Athena, its databases made as the deployment makes them. */
export async function athenaLake(aws: Aws) {
  const { bucket, databases, ...lake } = await newLake(aws);
  const [client, glue] = [new AthenaClient(aws.client), new GlueClient(aws.client)];
  const results = { OutputLocation: `s3://${bucket}/query-results/` };
  await client.send(new CreateWorkGroupCommand({ Name: bucket, Configuration: { ResultConfiguration: results } }));
  for (const Name of databases) await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
  return { ...lake, client, engine: new AthenaEngine({ client, workgroup: bucket }) };
}

/**
 * A warehouse whose operations are called as a step is: none waits for a statement itself, and each is called again once
 * what it began has ended, as a state machine would.
 */
function calledAgain({ client, ...lake }: Awaited<ReturnType<typeof athenaLake>>): LakeWarehouse {
  const { workgroup } = lake.place;
  const callable = (begun: readonly BegunStatement[]) =>
    new LakeWarehouse({ ...lake, engine: new AthenaEngine({ client, workgroup, wait: { patienceMs: 0, begun } }) });
  return new Proxy(callable([]), {
    get: (_target, name) => {
      return async (...given: unknown[]) => {
        for (let begun: BegunStatement[] = []; ; ) {
          const warehouse = callable(begun);
          try {
            return await Reflect.get(warehouse, name).apply(warehouse, given);
          } catch (cause) {
            if (!(cause instanceof StatementAwaited)) throw cause;
            const wait = StatementWait.parse(cause.data);
            begun = wait.begun;
            await ended(client, wait, workgroup);
          }
        }
      };
    },
  });
}

/** Joins a statement by its token, as `startQueryExecution.sync` does, and waits for its end. */
async function ended(client: AthenaClient, { sql, token }: StatementWait, WorkGroup: string): Promise<void> {
  const request = { QueryString: sql, ClientRequestToken: token, WorkGroup };
  const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand(request));
  for (;;) {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    if (!['QUEUED', 'RUNNING'].includes(QueryExecution?.Status?.State ?? '')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A lake on the Trino cluster behind the emulator's Athena, by the catalogs that the emulator made there. */
export async function trinoLake(aws: Aws) {
  const { port } = new URL(aws.endpoint);
  const catalogs = { hive: `awsdatacatalog_${port}`, iceberg: `awsdatacatalog_iceberg_${port}` };
  const { databases, bucket: _, ...lake } = await newLake(aws);
  const engine = await TrinoEngine.open({
    url: await trinoUrl(),
    user: 'tributary',
    catalogs,
    databases: Object.fromEntries(databases.map((name) => [name, lake.objects.uri(`tables/${name}/`)])),
  });
  return { ...lake, engine, catalogs };
}

/** An empty warehouse over a lake. */
export function homeOf(lake: Awaited<ReturnType<typeof athenaLake | typeof trinoLake>>): WarehouseHome {
  const filesOf = async (table: string) => {
    const sql = `SELECT count(*) FROM "${databaseName(lake.place, 'domain')}"."${table}$files"`;
    return Number((await lake.engine.query({ name: 'files', sql }, 1)).rows[0]?.[0]);
  };
  const warehouse = 'client' in lake ? calledAgain(lake) : new LakeWarehouse(lake);
  const run = (sql: string) => lake.engine.run({ name: 'tidy', sql });
  const tidy = async () => {
    for (const { table, optimize, vacuum } of await tidyings(lake.objects, lake.place)) {
      if ('client' in lake) for (const sql of [optimize, vacuum]) await run(sql);
      // A cluster of one's own is tidied by those who run it.
      else
        await run(
          `ALTER TABLE ${lake.catalogs.iceberg}."${databaseName(lake.place, 'domain')}"."${table}" EXECUTE optimize`,
        );
    }
  };
  return { warehouse, objects: lake.objects, filesOf, tidy };
}
