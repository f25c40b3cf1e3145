import { afterAll, describe, expect, test } from 'vitest';
import { forTrino } from '../../core/sql/translate.ts';
import { trinoFunctions } from '../../core/sql/trino-functions.ts';
import { askDuckDb, difference, parityCases, parityDuckDb, recorded, refusedCases } from '../support/parity.ts';
import { askTrino, fillTrino, startTrino, stopTrino, trinoOptions } from '../support/trino.ts';

const trino = startTrino();
if ('absent' in trino) throw new Error(trino.absent);
const { url } = trino;

describe('DuckDB answers as a real Trino', async () => {
  const duckdb = await parityDuckDb();
  const fixture = recorded();
  await fillTrino(url);
  afterAll(stopTrino);

  test.each(parityCases())('$file: $sql', async ({ sql }) => {
    const answer = await askTrino(url, forTrino(sql, trinoOptions).sql);
    expect(difference(sql, answer, await askDuckDb(duckdb, sql))).toBeUndefined();
    expect(
      difference(sql, answer, fixture[sql] ?? answer),
      'record anew: node bin/run.mjs test/conformance/record.ts',
    ).toBeUndefined();
  });

  test('and has the functions that are known', async () => {
    const { rows } = await askTrino(url, 'SHOW FUNCTIONS');
    expect(trinoFunctions).toEqual([...new Set(rows.map(([name]) => name))].sort());
  });

  test.each(refusedCases())('and answers what is refused on DuckDB: %s', async (sql) => {
    const { error, rows } = await askTrino(url, forTrino(sql, trinoOptions).sql);
    expect(error).toBeUndefined();
    expect(rows.length).toBeGreaterThan(0);
  });
});
