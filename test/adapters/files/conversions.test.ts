import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDbSession } from '../../../adapters/sql/duckdb/session.ts';
import type { FeedField } from '../../../core/contracts/sources.ts';
import { conversion } from '../../../core/feeds/conversions.ts';
import { text } from '../../../core/sql/quote.ts';

let session: DuckDbSession;
beforeAll(async () => {
  session = await DuckDbSession.open({ threads: 1 });
});
afterAll(() => session.close());

/** What values become in a field of this type, as text. */
async function converted(
  type: string,
  values: readonly string[],
  patterns: readonly string[] = [],
  zone = 'UTC',
): Promise<(string | null)[]> {
  const field: FeedField = { field: 'v', type, patterns: [...patterns], required: false, semantics: [] };
  const rows = await session.rows<{ c: string | null }>(
    'convert',
    `SELECT CAST(${conversion(field, 'v', zone)} AS VARCHAR) AS c FROM (SELECT unnest([${values.map(text).join(', ')}]) AS v, unnest(range(${values.length})) AS n) ORDER BY n`,
  );
  return rows.map(({ c }) => c);
}

describe('a value', () => {
  it.each([
    ['Integer', '42', '42'],
    ['Integer', ' -7 ', '-7'],
    ['Integer', '+5', '5'],
    ['Integer', '007', '7'],
    ['Integer', '3.0', '3'],
    ['Integer', '1.5', null],
    ['Integer', '0x10', null],
    ['Integer', '1_000', null],
    ['Integer', '9223372036854775808', null],
    ['Decimal(2)', '1.239', '1.24'],
    ['Decimal(2)', '$1,234.50', '1234.50'],
    ['Decimal(2)', '£12', '12.00'],
    ['Decimal(2)', '1,234', null],
    ['Decimal(2)', '1_0.5', null],
    ['Decimal(2)', '123456789012345678901234567890.12', '123456789012345678901234567890.12'],
    ['Decimal(2)', '-.5', '-0.50'],
    ['Decimal(2)', '1e3', '1000.00'],
    ['Decimal(2)', 'ten', null],
    ['Float', '1e-3', '0.001'],
    ['Float', 'nan', null],
    ['Float', 'inf', null],
    ['Boolean', 'YES', 'true'],
    ['Boolean', '0', 'false'],
    ['Boolean', 'maybe', null],
    ['Date', '2024-02-29', '2024-02-29'],
    ['Date', '2023-02-29', null],
    ['Date', '20240131', '2024-01-31'],
    ['Date', '2024131', null],
    ['Date', '2024/1/5', '2024-01-05'],
    ['Date', '01/05/2024', '2024-01-05'],
    ['Date', '01/05/24', '2024-01-05'],
    ['Date', '13/05/2024', null],
    ['Date', '05-Jan-2024', '2024-01-05'],
    ['Date', '05 jan 2024', '2024-01-05'],
    ['Date', '05JAN2024', '2024-01-05'],
    ['Date', '2024-01-05 23:59:59+05', '2024-01-05'],
    ['Date', 'infinity', null],
    ['Date', '0024-01-01', '0024-01-01'],
    ['Datetime', '2024-01-05 10:11:12', '2024-01-05 10:11:12'],
    ['Datetime', '2024-01-05T10:11:12.123456Z', '2024-01-05 10:11:12.123456'],
    ['Datetime', '2024-01-05 10:11:12Z', '2024-01-05 10:11:12'],
    ['Datetime', '2024-01-05T10:11:12.250Z', '2024-01-05 10:11:12.25'],
    ['Datetime', '2024-01-05T25:11:12Z', null],
    ['Datetime', '2024-01-05 10:00:00+02', '2024-01-05 08:00:00'],
    ['Datetime', '2024-01-05T10:00:00-0530', '2024-01-05 15:30:00'],
    ['Datetime', '2024-07-05 10:00 Europe/Paris', '2024-07-05 08:00:00'],
    ['Datetime', '2024-01-05', '2024-01-05 00:00:00'],
    ['Datetime', '20240105 101112', '2024-01-05 10:11:12'],
    ['Datetime', '20240105101112', '2024-01-05 10:11:12'],
    ['Datetime', '01/05/2024 03:30 PM', '2024-01-05 15:30:00'],
    ['Datetime', '01/05/24 15:30', '2024-01-05 15:30:00'],
    ['Datetime', '05-Jan-2024 15:30:01', '2024-01-05 15:30:01'],
    ['Datetime', '2024-01-05 25:00:00', null],
    ['Datetime', 'yesterday', null],
  ])('of a %s written %j becomes %s', async (type, value, expected) => {
    expect(await converted(type, [value])).toEqual([expected]);
  });

  it('without a zone is read in the zone of the feed, also where clocks change', async () => {
    const values = [
      '2024-01-05 10:00:00',
      '2024-07-05 10:00:00',
      '2024-07-05T10:00',
      '2024-07-05 10:00:00Z',
      '2024-07-05T10:00:00.000Z',
      '07/05/2024 10:00',
    ];
    expect(await converted('Datetime', values, [], 'Europe/Paris')).toEqual([
      '2024-01-05 09:00:00',
      '2024-07-05 08:00:00',
      '2024-07-05 08:00:00',
      '2024-07-05 10:00:00',
      '2024-07-05 10:00:00',
      '2024-07-05 08:00:00',
    ]);
  });

  it.each([
    ['Date', 'dd.MM.yyyy', '31.12.2024', '2024-12-31'],
    ['Date', 'd/M/yy', '1/2/24', '2024-02-01'],
    ['Date', 'dd/MM/yyyy', '12/31/2024', null],
    ['Date', 'dd/MM/yyyy', '01/02/24', null],
    ['Date', "dd 'of' MMMM yyyy", '05 of March 2024', '2024-03-05'],
    ['Datetime', "yyyy-MM-dd'T'HH:mm:ss.SSSZ", '2024-01-05T10:00:00.250+0100', '2024-01-05 09:00:00.25'],
    ['Datetime', 'yyyyMMddHHmmss', '20240105101112', '2024-01-05 10:11:12'],
    ['Datetime', 'dd/MM/yyyy hh:mm a', '05/01/2024 03:30 PM', '2024-01-05 15:30:00'],
  ])('of a %s by the pattern %s: %s becomes %s', async (type, pattern, value, expected) => {
    expect(await converted(type, [value], [pattern])).toEqual([expected]);
  });

  it('keeps every whole number and every instant that it is given', async () => {
    const instant = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.maxSafeInteger(), instant), { minLength: 1, maxLength: 50 }),
        async (pairs) => {
          expect(
            await converted(
              'Integer',
              pairs.map(([whole]) => String(whole)),
            ),
          ).toEqual(pairs.map(([whole]) => String(whole)));
          const back = await converted(
            'Datetime',
            pairs.map(([, at]) => at.toISOString()),
          );
          expect(back.map((value) => new Date(`${value?.replace(' ', 'T')}Z`).getTime())).toEqual(
            pairs.map(([, at]) => at.getTime()),
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});
