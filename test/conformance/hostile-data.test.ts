import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { text } from '../../core/sql/quote.ts';
import { hostileCases, recordsOf } from '../support/hostile-records.ts';
import { idsOf, runStitch, temporaryFolder } from '../support/stitch-runs.ts';

const folder = temporaryFolder();
/** `bench/hostile.ts` runs them at their full size. */
const MOST = 20_000;

test.each(hostileCases.map((each, i) => ({ ...each, i })))(
  '$name: every record gets one id, people are sound, and a warning names what is odd',
  { timeout: 120_000 },
  async ({ i, size, rows, people, warning }) => {
    const given = Math.min(size, MOST);
    const records = join(folder, `${i}.parquet`);
    const session = await DuckDbSession.open();
    await session.run('records', `COPY (${recordsOf(rows(given))}) TO ${text(records)} (FORMAT parquet)`);
    session.close();
    const outFolder = join(folder, String(i));
    const report = await runStitch({ records, outFolder });
    const ids = await idsOf(outFolder);
    expect(Object.keys(ids)).toHaveLength(given + 2000);
    const crowd = new Set(Object.entries(ids).flatMap(([record, id]) => (record.startsWith('crowd/') ? [id] : [])));
    expect(crowd.size).toBe(1000);
    const others = new Set(Object.values(ids)).size - crowd.size;
    const { least, most } = people(given);
    expect(others).toBeGreaterThanOrEqual(least);
    expect(others).toBeLessThanOrEqual(most);
    expect(report.warnings.join('\n')).toMatch(warning);
  },
);
