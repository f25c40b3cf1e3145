import { afterAll } from 'vitest';
import { warehouseContract } from '../contracts/warehouse.ts';
import { warehouseVersionsContract } from '../contracts/warehouse-versions.ts';
import { startEmulator } from './emulator.ts';
import { openAthena, openTrino } from './lake-homes.ts';

const aws = await startEmulator({ athena: 'trino' });
afterAll(aws.stop);

for (const [name, open] of Object.entries({ Athena: openAthena, 'a Trino cluster': openTrino })) {
  warehouseContract(name, () => open(aws));
  warehouseVersionsContract(name, () => open(aws));
}
