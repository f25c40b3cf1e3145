import { expect, it } from 'vitest';
import { warehouseContract } from '../contracts/warehouse.ts';
import { warehouseValuesContract } from '../contracts/warehouse-values.ts';
import { warehouseVersionsContract } from '../contracts/warehouse-versions.ts';
import { sharedEmulator } from './emulator.ts';
import { athenaLake, homeOf, trinoLake } from './lake-homes.ts';

const aws = await sharedEmulator();

const noRun = { built_at: '', run_id: '', definition: '', inputs: {} };

for (const [name, lake] of Object.entries({ Athena: athenaLake, 'a Trino cluster': trinoLake })) {
  const open = async () => homeOf(await lake(aws));
  warehouseContract(name, open);
  warehouseValuesContract(name, open);
  warehouseVersionsContract(name, open);

  it(`keeps types on ${name} that only queries have`, async () => {
    const { warehouse } = await open();
    const sql = `SELECT NULL AS nothing, TIME '10:00' AS time, INTERVAL '1' DAY AS span, CAST('[1]' AS json) AS list, CAST(1 AS tinyint) AS few,
TIMESTAMP '2026-01-01 10:00:00 Europe/Rome' AS zoned, TIMESTAMP '2026-01-01 10:00:00.123' AS thousandths`;
    const table = { schema: 'customer360', physical: 'x__1' };
    const query = { name: 'x', sql, tables: [], asOf: '2026-11-01T00:00:00Z' };
    const { columns } = await warehouse.build(table, query);
    const types = ['String', 'String', 'String', 'String', 'Integer', 'Datetime', 'Datetime'];
    expect(columns.map(({ type }) => type)).toEqual(types);
    const stored = {
      ...{ schema: 'customer360' as const, name: 'x', physical: 'x__1', version: '1', columns },
      ...noRun,
    };
    const read = { ...query, sql: 'SELECT * FROM customer360.x', tables: [stored] };
    expect((await warehouse.query(read, { limit: 1 })).rows[0]?.slice(-3)).toEqual([
      1,
      '2026-01-01T09:00:00Z',
      '2026-01-01T10:00:00.123Z',
    ]);
  });
}
