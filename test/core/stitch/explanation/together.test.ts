import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { recompute, sharesPerson } from '../../../../core/stitch/explanation/recompute.ts';
import { customers, shuffled } from '../../../support/customers.ts';
import { ExplainedRun } from '../../../support/explained-runs.ts';
import { idsOf, runStitch, type StitchRecord, temporaryFolder, writeRecords } from '../../../support/stitch-runs.ts';

const folder = temporaryFolder();
/** Others, for the model to learn from; so many that not all meet. */
const crowd = customers(1200, 2).records.map((record) => ({ ...record, datasource: 'crowd' }));

const james = { given_name: 'James', surname: 'SmithA' };
const married = { phone: '2125550134', birthdate: '1985-04-12' };
const linda = { given_name: 'Linda', email: 'green@example.org', phone: '3125550155' };
const records: StitchRecord[] = [
  { datasource: 'web', pk: 'a', ...james, email: 'blue@example.org' },
  { datasource: 'shop', pk: 'b', ...james, email: 'blue@example.org', ...married },
  { datasource: 'crm', pk: 'c', given_name: 'James', surname: 'LopezC', ...married },
  { datasource: 'web', pk: 'twice-1', ...linda },
  { datasource: 'shop', pk: 'twice-2', ...linda, surname: 'BrownK' },
  {
    datasource: 'web',
    pk: 'several-1',
    given_name: 'Betty',
    email: 'first3@example.org',
    email_1: 'second4@example.org',
  },
  { datasource: 'shop', pk: 'several-2', given_name: 'Betty', email: 'second4@example.org' },
  { datasource: 'web', pk: 'same-1', given_name: 'Paul', surname: 'LeeX', email: 'red77@example.org' },
  { datasource: 'web', pk: 'same-2', given_name: 'Paul', surname: 'LeeX', email: 'red77@example.org' },
  { datasource: 'web', pk: 'same-3', given_name: 'Paul', surname: 'LeeX', email: 'red77@example.org' },
  { datasource: 'web', pk: 'said-1', given_name: 'Nancy' },
  { datasource: 'shop', pk: 'said-2', given_name: 'George', surname: 'WhiteB' },
];
const labels = ['web/said-1', 'shop/said-2'].map((name) => {
  const [datasource = '', pk = ''] = name.split('/');
  return { label: 'case 12', partition: 'one', datasource, pk };
});
let runs = 0;

async function stitch(given: readonly StitchRecord[], previous?: string) {
  const name = `run-${++runs}`;
  const path = await writeRecords(join(folder, `${name}.parquet`), [...crowd, ...given]);
  const outFolder = join(folder, name);
  await runStitch({ records: path, outFolder, ...(previous && { previous }) }, { labels });
  return outFolder;
}

let first: string;
let run: ExplainedRun;
beforeAll(async () => {
  first = await stitch(records);
  run = await ExplainedRun.open(first, { labels });
});

/** The people of the same records without some values, by a true run under the same model. */
async function rerunWithout(pieces: readonly { field: string; records: { datasource: string; pk: string }[] }[]) {
  const left = records.map((record) => {
    const gone = pieces
      .filter((piece) => piece.records.some((key) => key.datasource === record.datasource && key.pk === record.pk))
      .map(({ field }) => field);
    const kept = Object.entries(record).filter(([column]) => !gone.includes(column));
    return Object.fromEntries(kept) as StitchRecord;
  });
  return idsOf(await stitch(left, first));
}

describe('two records of one person', () => {
  test('are led to each other hop by hop, through the record that both were matched with', async () => {
    const { path } = await run.together('web/a', 'crm/c');
    expect(path.map(({ one, other }) => [one.pk, other.pk])).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ]);
    expect(path[0]?.rules).toContain('email');
    expect(path[1]?.rules).toContain('phone');
    expect(path[1]?.rules).not.toContain('email');
    expect(run.pair('web/a', 'crm/c').score).toBeLessThan(3);
  });

  test('have evidence that adds up, from the odds of any two records to the score of each hop', async () => {
    for (const hop of (await run.together('web/a', 'crm/c')).path) {
      const totals = [hop.prior, ...hop.evidence.map(({ total }) => total)];
      hop.evidence.forEach(({ weight, total }, at) => {
        expect((totals[at] ?? 0) + weight).toBeCloseTo(total, 9);
      });
      expect((totals.at(-1) ?? 0) + hop.household).toBeCloseTo(hop.weight, 9);
      expect(hop.score).toBe(hop.published_score);
    }
  });

  test('are parted by pieces of evidence that part them in a true run, and by no others', async () => {
    const { counterfactual } = await run.together('web/a', 'crm/c');
    expect(counterfactual).toMatchObject({ as_run: true, complete: true, records: 3 });
    expect(counterfactual.single.map(({ field, values }) => [field, values])).toContainEqual([
      'email',
      ['BLUE@EXAMPLE.ORG'],
    ]);
    for (const piece of counterfactual.single) {
      const ids = await rerunWithout([piece]);
      expect([piece.field, ids['web/a'] === ids['crm/c']]).toEqual([piece.field, false]);
    }
    const everyone = ['web/a', 'shop/b', 'crm/c'].map((name) => run.record(name));
    const agreed = ['given_name', 'surname', 'birthdate', 'email', 'phone'];
    const needless = agreed.filter((field) => !counterfactual.single.some((piece) => piece.field === field));
    expect(needless).toContain('given_name');
    for (const field of needless) {
      const ids = await rerunWithout([{ field, records: everyone }]);
      expect([field, ids['web/a'] === ids['crm/c']]).toEqual([field, true]);
    }
  });

  test('that two pieces of evidence bind are parted by both together, and by neither alone', async () => {
    const { counterfactual } = await run.together('web/twice-1', 'shop/twice-2');
    expect(counterfactual.single).toEqual([]);
    expect(counterfactual.combination.map(({ field }) => field).sort()).toEqual(['email', 'phone']);
    const ids = await rerunWithout(counterfactual.combination);
    expect(ids['web/twice-1']).not.toBe(ids['shop/twice-2']);
    for (const piece of counterfactual.combination) {
      const still = await rerunWithout([piece]);
      expect(still['web/twice-1']).toBe(still['shop/twice-2']);
    }
  });

  test('of whom one has several addresses are shown the one that both have, and parted without it alone', async () => {
    const { path, counterfactual } = await run.together('web/several-1', 'shop/several-2');
    const email = path[0]?.evidence.find(({ field }) => field === 'email');
    expect(email).toMatchObject({ one: 'SECOND4@EXAMPLE.ORG', other: 'SECOND4@EXAMPLE.ORG' });
    expect(counterfactual.single.map(({ field, values }) => [field, values])).toEqual([
      ['email', ['SECOND4@EXAMPLE.ORG']],
    ]);
    const left = records.map(({ email_1: _, ...record }) =>
      record.pk === 'several-2' ? { datasource: record.datasource, pk: record.pk, given_name: 'Betty' } : record,
    );
    const ids = await idsOf(
      await stitch([...left, { datasource: 'web', pk: 'other', email_1: 'x@example.org' }], first),
    );
    expect(ids['web/several-1']).not.toBe(ids['shop/several-2']);
  });

  test('that say the same in everything are two hops apart at most, by the one that stands for them', async () => {
    const { path } = await run.together('web/same-2', 'web/same-3');
    expect(path.map(({ match_type }) => match_type)).toEqual(['trivial_duplicate', 'trivial_duplicate']);
    expect(path[0]?.other).toEqual({ datasource: 'web', pk: 'same-1' });
  });

  test('that a person joined are told so, and the label is what would part them', async () => {
    const { path, counterfactual } = await run.together('web/said-1', 'shop/said-2');
    expect(path).toMatchObject([{ match_type: 'label', published_score: 5, score: expect.any(Number) }]);
    expect(counterfactual.single).toEqual([
      { field: 'label', values: ['case 12'], records: expect.any(Array), change: 'away' },
    ]);
  });

  test('are explained alike whatever the order of the rows', async () => {
    const other = await stitch(shuffled(records, 5));
    const again = await ExplainedRun.open(other, { labels });
    for (const [one, two] of [
      ['web/a', 'crm/c'],
      ['web/twice-1', 'shop/twice-2'],
    ] as const) {
      expect(await again.together(one, two)).toEqual(await run.together(one, two));
    }
  });
});

test('computing any component once more gives the people of the run', async () => {
  const ends = new Map<string, string[]>();
  for (const { component, datasource, pk } of run.records)
    ends.set(component, [...(ends.get(component) ?? []), `${datasource}/${pk}`]);
  const several = [...ends.values()].filter((names) => names.length > 1);
  expect(several.length).toBeGreaterThan(500);
  for (const names of several) {
    const [one = '', other = ''] = [names[0], names.at(-1)];
    const asked = run.case(one, other);
    const found = await recompute(asked.world, asked.basis);
    asked.world.records.forEach((record, at) => {
      asked.world.records.slice(at + 1).forEach((another, after) => {
        const together = found !== undefined && sharesPerson(found, at, at + 1 + after);
        expect([names, together]).toEqual([names, record.amp_id === another.amp_id]);
      });
    });
  }
});
