import { afterAll } from 'vitest';
import { warehouseContract } from '../contracts/warehouse.ts';
import { warehouseValuesContract } from '../contracts/warehouse-values.ts';
import { warehouseVersionsContract } from '../contracts/warehouse-versions.ts';
import { startEmulator } from './emulator.ts';
import { athenaLake, homeOf, trinoLake } from './lake-homes.ts';

const aws = await startEmulator({ athena: 'trino' });
afterAll(aws.stop);

for (const [name, lake] of Object.entries({ Athena: athenaLake, 'a Trino cluster': trinoLake })) {
  const open = async () => homeOf(await lake(aws));
  warehouseContract(name, open);
  warehouseValuesContract(name, open);
  warehouseVersionsContract(name, open);
}
