import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EvidencePiece, WhyApart } from '../../../../core/contracts/explanation.ts';
import { customers } from '../../../support/customers.ts';
import { ExplainedRun } from '../../../support/explained-runs.ts';
import { idsOf, runStitch, type StitchRecord, temporaryFolder, writeRecords } from '../../../support/stitch-runs.ts';

const folder = temporaryFolder();
/** Others, for the model to learn from; so many that not all meet. */
const crowd = customers(1200, 2).records.map((record) => ({ ...record, datasource: 'crowd' }));
let runs = 0;

async function stitch(records: readonly StitchRecord[], settings: Record<string, unknown> = {}, previous?: string) {
  const name = `run-${++runs}`;
  const path = await writeRecords(join(folder, `${name}.parquet`), [...crowd, ...records]);
  const outFolder = join(folder, name);
  await runStitch({ records: path, outFolder, ...(previous && { previous }) }, settings);
  return outFolder;
}

const kinds = ({ reasons }: WhyApart) => reasons.map(({ kind }) => kind);
const pieces = (all: readonly EvidencePiece[]) => all.map(({ field, change }) => `${field} ${change}`);

const home = { surname: 'Ortega', email: 'ortegas@example.org', phone: '212 555 0134' };
const records: StitchRecord[] = [
  { datasource: 'web', pk: 'maria', given_name: 'Maria', birthdate: '1985-04-12', ...home },
  { datasource: 'web', pk: 'pedro', given_name: 'Pedro', birthdate: '1961-11-30', ...home },
  { datasource: 'shop', pk: 'home', ...home },
  { datasource: 'web', pk: 'stranger', given_name: 'Helen', surname: 'ClarkQ', birthdate: '1970-01-05' },
  // Much alike in all they have, and equal in nothing that a rule reads.
  {
    ...{ datasource: 'web', pk: 'heard', given_name: 'William', surname: 'Featherstonehaugh' },
    ...{ address: '77 Birch Lane', email: 'q.sunflower1944@example.org' },
  },
  {
    ...{
      datasource: 'shop',
      pk: 'misheard',
      given_name: 'Bill',
      surname: 'Featherstonehaugh',
      birthdate: '1944-05-03',
    },
    ...{ address: '78 Birch Lane', email: 'p.sunflower1944@example.org', phone: '212 555 0199' },
  },
];

describe('two people', () => {
  let first: string;
  let run: ExplainedRun;
  beforeAll(async () => {
    first = await stitch(records);
    run = await ExplainedRun.open(first);
  });

  test('of one household are told that their conflict parted them, though others link them', async () => {
    const apart = await run.apart('web/maria', 'web/pedro');
    expect(apart.one_component).toBe(true);
    expect(kinds(apart)).toContain('refinement');
    const [cut] = apart.cuts;
    expect(cut).toMatchObject({ parted_by: 'conflict' });
    expect(cut?.weight).toBeLessThan(0);
    const sum = (cut?.evidence ?? []).reduce((total, { weight }) => total + weight, cut?.prior ?? 0);
    expect(sum + (cut?.household ?? 0)).toBeCloseTo(cut?.weight ?? Number.NaN, 9);
  });

  test('are joined by what joins them in a true run', async () => {
    const { counterfactual } = await run.apart('web/maria', 'web/pedro');
    const found = counterfactual.single.length > 0 ? counterfactual.single.slice(0, 1) : counterfactual.combination;
    expect(counterfactual.as_run).toBe(true);
    expect(found).not.toEqual([]);
    const maria = records[0];
    const turned = records.map((record) => {
      const mine = found.filter(({ records: keys }) => keys.some(({ pk }) => pk === record.pk));
      const other = record.pk === 'maria' ? records[1] : maria;
      const values = mine.map(({ field, change }) => [field, change === 'away' ? undefined : other?.[field]]);
      const kept = Object.entries({ ...record, ...Object.fromEntries(values) }).filter(([, value]) => value);
      return Object.fromEntries(kept) as StitchRecord;
    });
    const ids = await idsOf(await stitch(turned, {}, first));
    expect(ids['web/maria']).toBe(ids['web/pedro']);
  });

  test('with too little in common are told how many bits they lack, and that nothing leads from one to the other', async () => {
    const apart = await run.apart('web/maria', 'web/stranger');
    const { weight } = run.pair('web/maria', 'web/stranger');
    expect(kinds(apart)).toEqual(expect.arrayContaining(['below threshold', 'never met', 'different components']));
    expect(apart.lacks).toBeCloseTo(-weight, 9);
    expect(apart.cuts).toEqual([]);
  });

  test('that no rule brought together see the keys of every rule, and that they would have been accepted', async () => {
    const apart = await run.apart('web/heard', 'shop/misheard');
    expect(apart).toMatchObject({ met: false, lacks: 0, one_component: false });
    expect(apart.reasons[0]).toMatchObject({
      kind: 'never met',
      because: expect.stringContaining('would be accepted'),
    });
    const outcomes = new Map(apart.rules.map((rule) => [rule.rule, rule]));
    expect(outcomes.get('dnf1')).toEqual({
      ...{ rule: 'dnf1', outcome: 'missing' },
      ...{ one: null, other: 'BIL:F:1944-05-03' },
    });
    expect(outcomes.get('surname-street')).toEqual({
      ...{ rule: 'surname-street', outcome: 'differ' },
      ...{ one: 'FEA:77 BIRCH LANE', other: 'FEA:78 BIRCH LANE' },
    });
    expect(pieces(apart.counterfactual.single)).toEqual(['birthdate equal', 'phone equal']);
  });
});

const withoutBirthdate = ({ birthdate: _, ...record }: StitchRecord): StitchRecord => record;
const equal = { given_name: 'Ola', surname: 'Quist', email: 'ola.quist@example.org', birthdate: '1977-07-07' };

describe('two records that agree in everything', () => {
  test('are two people by a separation key, and would be one without it', async () => {
    const run = await ExplainedRun.open(
      await stitch([
        { datasource: 'web', pk: '1', ...equal, sk_account: 'X1' },
        { datasource: 'shop', pk: '1', ...equal, sk_account: 'X2' },
      ]),
    );
    const apart = await run.apart('web/1', 'shop/1');
    expect(apart.reasons[0]).toMatchObject({
      kind: 'separation key',
      because: expect.stringMatching(/sk_account X[12].*sk_account X[12]/),
    });
    expect(apart.lacks).toBeNull();
    expect(pieces(apart.counterfactual.single)).toEqual(['sk_account away']);
  });

  test('are two people by a label, and would be one without it', async () => {
    const said = (partition: string, datasource: string) => ({ label: 'case 7', partition, datasource, pk: '1' });
    const settings = { labels: [said('one', 'web'), said('two', 'shop')] };
    const both = ['web', 'shop'].map((datasource) => ({ datasource, pk: '1', ...equal }));
    const run = await ExplainedRun.open(await stitch(both, settings), settings);
    const apart = await run.apart('web/1', 'shop/1');
    expect(apart.reasons[0]).toMatchObject({ kind: 'label', because: expect.stringContaining('case 7') });
    expect(apart.cuts).toMatchObject([{ parted_by: 'label' }]);
    expect(pieces(apart.counterfactual.single)).toEqual(['label away']);
  });

  test('are two people when their source holds each person once, and would be one were it not so', async () => {
    const known = customers(700, 5).records.filter(
      (record) => record.given_name && record.surname && record.birthdate && record.email,
    );
    const unique = [...new Map(known.map((record) => [record.email, record])).values()];
    const twins = [
      { datasource: 'register', pk: 'x1', ...equal },
      { datasource: 'register', pk: 'x2', ...equal, phone: '2125550134' },
    ];
    const run = await ExplainedRun.open(
      await stitch([
        ...unique.flatMap((record, i) => [
          { ...record, datasource: 'register', pk: `${i}` },
          withoutBirthdate({ ...record, datasource: 'club', pk: `${i}` }),
        ]),
        ...twins,
      ]),
    );
    expect(run.model.cleanSources).toContain('register');
    const apart = await run.apart('register/x1', 'register/x2');
    expect(kinds(apart)).toEqual(expect.arrayContaining(['clean source', 'refinement']));
    expect(apart.cuts).toMatchObject([{ parted_by: 'clean source' }]);
    expect(pieces(apart.counterfactual.single)).toContain('source away');
  });
});
