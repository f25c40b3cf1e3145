import { StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { expect, it } from 'vitest';
import { AthenaQueries } from '../../adapters/queries/athena.ts';
import { InProcessQueries } from '../../adapters/queries/in-process.ts';
import { LakeWarehouse } from '../../adapters/sql/lake.ts';
import { queriesContract } from '../contracts/queries.ts';
import { sharedEmulator } from './emulator.ts';
import { athenaLake, trinoLake } from './lake-homes.ts';

const aws = await sharedEmulator();

const close = async () => undefined;

queriesContract('Athena', async () => {
  const lake = await athenaLake(aws);
  return { queries: new AthenaQueries(lake), objects: lake.objects, close };
});
queriesContract('a Trino cluster', async () => {
  const lake = await trinoLake(aws);
  const { objects } = lake;
  return { queries: new InProcessQueries({ warehouse: new LakeWarehouse(lake), objects }), objects, close };
});

it('a statement of a run in the same work group is no query of a user', async () => {
  const { client, ...lake } = await athenaLake(aws);
  const queries = new AthenaQueries({ client, ...lake });
  const command = new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup: lake.place.workgroup });
  const { QueryExecutionId: id = '' } = await client.send(command);
  await expect(queries.follow(id, { waitMs: 0 })).rejects.toMatchObject({ name: 'NotFound' });
});
