import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StitchSettings } from '../../../core/contracts/customer360.ts';
import { standardise } from '../../../core/stitch/cleaning/standardise.ts';
import { alone, type Crew, partsOf } from '../../../core/stitch/crew.ts';
import { Column } from '../../../core/stitch/records/columns.ts';
import { collapseAll } from '../../../core/stitch/records/duplicates.ts';
import { shapeOf } from '../../../core/stitch/records/shape.ts';
import { resolve } from '../../../core/stitch/resolve.ts';
import { tasks } from '../../../core/stitch/tasks.ts';
import { customers } from '../../support/customers.ts';

/** A crew that does in this thread what threads would, on copies of what it is given. */
const crewOf = (hands: number): Crew => ({
  hands,
  least: 1,
  give: async (task, inputs) =>
    inputs.map((input) => structuredClone((tasks[task] as (input: unknown) => never)(structuredClone(input)))),
});

const settings = StitchSettings.parse({ id: 'stitch/main' });
const { records } = customers(900);
const names = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((name) => name !== 'datasource');
const shape = shapeOf(names);
const column = (name: string) => Column.of(records.map((record) => record[name]));
const tagged = {
  size: records.length,
  datasource: column('datasource'),
  columns: new Map(names.map((name) => [name, column(name)])),
};

const resolved = async (crew: Crew) => {
  const records = await standardise(crew, tagged, shape, settings);
  const labels = new Map([
    [3, [{ label: 'said', partition: '1' }]],
    [700, [{ label: 'said', partition: '1' }]],
  ]);
  const given = {
    ...{ records, labels, collapsed: await collapseAll(crew, records, labels) },
    ...{ shape, settings },
    input: { records: null, settings: '', labels: [] },
  };
  return resolve(given, { stage: async (_name, work) => work(), counted: () => undefined }, crew);
};

describe('a crew', () => {
  test.each([1, 3, 7])('of %i hands finds the model, the people and the pairs that one thread finds', async (hands) => {
    const [one, together] = [await resolved(alone), await resolved(crewOf(hands))];
    expect(together?.model).toEqual(one?.model);
    expect(together?.assigned).toEqual(one?.assigned);
    const scored = (found: typeof one) =>
      found?.judged.map(({ pairs: { a, b, pattern }, scores }) =>
        Array.from(a, (profile, row) => [profile, b[row], scores[pattern[row] ?? 0]]),
      );
    expect(scored(together)).toEqual(scored(one));
  });

  test('has all of the work cut into parts that follow each other, none of them too small', () => {
    const counts = fc.record({ hands: fc.nat(9), least: fc.integer({ min: 1, max: 50 }), size: fc.nat(1000) });
    fc.assert(
      fc.property(counts, ({ hands, least, size }) => {
        const parts = partsOf({ ...crewOf(hands), least }, size);
        expect(parts.length).toBeLessThanOrEqual(hands + 1);
        expect([parts[0].from, parts.at(-1)?.to]).toEqual([0, size]);
        for (const [i, { from, to }] of parts.slice(1).entries()) {
          expect(from).toBe(parts[i]?.to);
          expect(to - from).toBeGreaterThanOrEqual(least);
        }
      }),
    );
  });
});
