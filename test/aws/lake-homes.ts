import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { AthenaEngine } from '../../adapters/sql/athena.ts';
import { LakeWarehouse } from '../../adapters/sql/lake.ts';
import type { LakeEngine } from '../../adapters/sql/lake-engine.ts';
import { DuckDbParquetFiles } from '../../adapters/sql/parquet-files.ts';
import { TrinoEngine } from '../../adapters/sql/trino.ts';
import { databaseName } from '../../core/contracts/deployment.ts';
import type { WarehouseHome } from '../contracts/warehouse.ts';
import type { Emulator } from './emulator.ts';

interface Lake {
  place: { tenant: string; environment: string };
  objects: S3Objects;
  bucket: string;
  databases: string[];
}

/** An empty bucket of an environment that nobody else has. */
async function newLake({ client }: Emulator): Promise<Lake> {
  const place = { tenant: `t${randomUUID().slice(0, 8)}`, environment: 'production' };
  const bucket = `lake-${randomUUID()}`;
  const s3 = new S3Client(client);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const objects = new S3Objects({ client: s3, bucket, folder: await mkdtemp(join(tmpdir(), 'lake-')) });
  return {
    place,
    objects,
    bucket,
    databases: ['domain', 'stitch', 'customer360'].map((one) => databaseName(place, one)),
  };
}

async function open({ place, objects }: Lake, engine: LakeEngine): Promise<WarehouseHome> {
  const parquet = new DuckDbParquetFiles(objects, await mkdtemp(join(tmpdir(), 'parquet-')), { threads: 1 });
  const warehouse = new LakeWarehouse({ place, engine, objects, parquet });
  const filesOf = async (table: string) => {
    const sql = `SELECT count(*) FROM "${databaseName(place, 'domain')}"."${table}$files"`;
    return Number((await engine.query({ name: 'files', sql }, 1)).rows[0]?.[0]);
  };
  return { warehouse, objects, filesOf };
}

/** An empty warehouse on Athena, its databases made as the deployment makes them. */
export async function openAthena(aws: Emulator): Promise<WarehouseHome> {
  const lake = await newLake(aws);
  const [athena, glue] = [new AthenaClient(aws.client), new GlueClient(aws.client)];
  const results = { OutputLocation: `s3://${lake.bucket}/query-results/` };
  await athena.send(new CreateWorkGroupCommand({ Name: lake.bucket, Configuration: { ResultConfiguration: results } }));
  for (const Name of lake.databases) await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
  return open(lake, new AthenaEngine({ client: athena, workgroup: lake.bucket }));
}

/** An empty warehouse on the Trino cluster behind the emulator's Athena. */
export async function openTrino(aws: Emulator): Promise<WarehouseHome> {
  const lake = await newLake(aws);
  const run = join(
    process.env.AWS_EMU_HOME ?? join(homedir(), '.cache/tributary-aws'),
    `trino.${new URL(aws.endpoint).port}`,
  );
  const engine = await TrinoEngine.open({
    url: (await readFile(join(run, 'url'), 'utf8')).trim(),
    user: 'tributary',
    catalogs: { hive: 'awsdatacatalog', iceberg: 'awsdatacatalog_iceberg' },
    databases: Object.fromEntries(lake.databases.map((name) => [name, lake.objects.uri(`tables/${name}/`)])),
  });
  return open(lake, engine);
}
