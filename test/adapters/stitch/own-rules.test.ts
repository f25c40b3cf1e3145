import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StitchRule } from '../../../core/contracts/stitch-rules.ts';
import { customers } from '../../support/customers.ts';
import {
  idsOf,
  readTable,
  runStitch,
  runStitchChanges,
  type StitchRecord,
  temporaryFolder,
  writeRecords,
} from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
let runs = 0;

/** Sixty people who are there to learn from; what a test is about comes beside them. */
const { records: crowd } = customers(60, 5);

/** The ids of some records among the crowd, under some rules. */
async function stitched(records: readonly StitchRecord[], rules: StitchRule[], settings: Record<string, unknown> = {}) {
  const outFolder = join(folder, `run-${++runs}`);
  const input = await writeRecords(`${outFolder}.parquet`, [...crowd, ...records]);
  await runStitch({ records: input, outFolder }, { rules, ...settings });
  const ids = await idsOf(outFolder);
  return { ids: records.map(({ datasource, pk }) => ids[`${datasource}/${pk}`]), all: ids, outFolder, input };
}

const record = (pk: string, values: Record<string, string>): StitchRecord => ({ datasource: 'crm', pk, ...values });
/** One person, by all that evidence says. */
const ada = { given_name: 'ADALINE', surname: 'LOVELACEX', email: 'ada.lovelacex@example.org', phone: '2015550147' };
const twice = [record('a', { ...ada, birthdate: '1980-02-03' }), record('b', { ...ada, birthdate: '1955-11-24' })];
/** Two people, by all that evidence says. */
const strangers = [
  record('c', { given_name: 'OTTO', surname: 'WERTH', evidence_contract: 'K-77812' }),
  record('d', { given_name: 'BRUNO', surname: 'QUAST', evidence_contract: 'K-77812' }),
];
const sameContract: StitchRule = { cluster: 'values-match', of: ['evidence-contract'] };
const otherBirthday: StitchRule = { separate: 'different-birthdates' };

describe('a rule of one’s own', () => {
  test('joins records that nothing else would, and tells so by the score of certainty', async () => {
    const [without, with_] = [await stitched(strangers, []), await stitched(strangers, [sameContract])];
    expect(without.ids[0]).not.toBe(without.ids[1]);
    expect(with_.ids[0]).toBe(with_.ids[1]);
    const scores = await readTable<{ pk1: string; score: number }>(with_.outFolder, 'unified_scores', 'pk1, score');
    expect(scores.find(({ pk1 }) => pk1 === 'c')?.score).toBe(5);
  });

  test('parts records that all else joins', async () => {
    const agree = twice.map((one, n) => ({ ...one, birthdate: `1980-02-0${n + 3}`, evidence_brand: `BRAND ${n}` }));
    const without = await stitched(agree, []);
    expect(without.ids[0]).toBe(without.ids[1]);
    const parted = await stitched(agree, [{ separate: 'values-differ', of: ['evidence-brand'] }]);
    expect(parted.ids[0]).not.toBe(parted.ids[1]);
  });

  test('is true of several tags when it is so of each', async () => {
    const pair = (gender: string) => [
      record('e', { ...ada, gender: 'F', birthdate: '1980-02-03' }),
      record('f', { ...ada, gender, birthdate: '1980-02-04' }),
    ];
    const rules: StitchRule[] = [{ separate: 'values-differ', of: ['gender', 'birthdate'] }];
    const [same, other] = [await stitched(pair('F'), rules), await stitched(pair('M'), rules)];
    expect(same.ids[0]).toBe(same.ids[1]);
    expect(other.ids[0]).not.toBe(other.ids[1]);
  });

  test('says nothing of records without a value', async () => {
    const bare = twice.map(({ birthdate: _, ...one }) => one);
    const { ids } = await stitched(bare, [otherBirthday, { separate: 'values-differ', of: ['birthdate'] }]);
    expect(ids[0]).toBe(ids[1]);
  });

  test('tolerates what is written wrongly where it asks for what is the same but for that', async () => {
    const born = (other: string) => twice.map((one, n) => ({ ...one, birthdate: n === 0 ? '1981-09-08' : other }));
    const [turned, another] = [
      await stitched(born('1981-08-09'), [otherBirthday]),
      await stitched(born('1961-03-30'), [otherBirthday]),
    ];
    expect(turned.ids[0]).toBe(turned.ids[1]);
    expect(another.ids[0]).not.toBe(another.ids[1]);
    const named = (other: string) =>
      twice.map((one, n) => ({ ...ada, ...one, birthdate: '1980-02-03', given_name: n === 0 ? 'MICHAEL' : other }));
    const rules: StitchRule[] = [{ separate: 'incompatible-names' }];
    const [nickname, stranger] = [await stitched(named('MIKE'), rules), await stitched(named('BERTHA'), rules)];
    expect(nickname.ids[0]).toBe(nickname.ids[1]);
    expect(stranger.ids[0]).not.toBe(stranger.ids[1]);
  });
});

describe('of several rules', () => {
  const torn = strangers.map((one, n) => ({ ...one, birthdate: n === 0 ? '1980-02-03' : '1955-11-24' }));

  test('the first that is true decides', async () => {
    const [joins, parts] = [
      await stitched(torn, [sameContract, otherBirthday]),
      await stitched(torn, [otherBirthday, sameContract]),
    ];
    expect(joins.ids[0]).toBe(joins.ids[1]);
    expect(parts.ids[0]).not.toBe(parts.ids[1]);
  });

  test('it decides before foreign keys', async () => {
    const keyed = torn.map((one) => ({ ...one, fk_account: 'A1' }));
    expect((await stitched(keyed, [])).ids).toSatisfy(([one, other]: string[]) => one === other);
    const { ids } = await stitched(keyed, [otherBirthday]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('one that separates holds for people too: nobody between them joins the two', async () => {
    const bridge = record('bridge', { ...ada });
    const { ids } = await stitched([...twice, bridge], [otherBirthday]);
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids.slice(0, 2)).toContain(ids[2]);
  });
});

describe('without a model for the remaining records', () => {
  test('only rules and keys join, and equal records are joined by nothing else', async () => {
    const same = [record('g', ada), record('h', ada)];
    const keyed = [
      record('i', { surname: 'KLEE', fk_account: 'A2' }),
      record('j', { surname: 'MARC', fk_account: 'A2' }),
    ];
    const all = [...strangers, ...same, ...keyed];
    const { ids } = await stitched(all, [sameContract], { remaining: 'none' });
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[3]);
    expect(ids[4]).toBe(ids[5]);
    const { ids: byEmail } = await stitched(all, [{ cluster: 'values-match', of: ['email'] }], { remaining: 'none' });
    expect(byEmail[2]).toBe(byEmail[3]);
    expect(byEmail[0]).not.toBe(byEmail[1]);
  });
});

test('a run over changes heeds rules as one over all does under the same model', async () => {
  const rules = [sameContract, otherBirthday];
  const all = [...crowd, ...twice, ...strangers];
  const none = Object.fromEntries(all.flatMap((one) => Object.keys(one)).map((column) => [column, undefined]));
  const given = (records: readonly StitchRecord[]) => records.map((one) => ({ ...none, ...one }));
  const [first, second] = [
    [...crowd, ...twice.slice(0, 1), ...strangers.slice(0, 1)],
    [...twice.slice(1), ...strangers.slice(1)],
  ];
  const written = (name: string, records: readonly StitchRecord[]) =>
    writeRecords(join(folder, `${name}.parquet`), given(records));
  const [previous, over, whole] = ['first', 'changes', 'whole'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await runStitch({ records: await written('of-first', first), outFolder: previous }, { rules });
  const added = { records: await written('added', second), outFolder: over, previous, runId: 'run-2' };
  expect(await runStitchChanges(added, { rules })).toBeDefined();
  await runStitch({ records: await written('of-all', all), outFolder: whole, previous, runId: 'run-2' }, { rules });
  expect(await idsOf(over)).toEqual(await idsOf(whole));
  const ids = await idsOf(over);
  expect(ids['crm/a']).not.toBe(ids['crm/b']);
  expect(ids['crm/c']).toBe(ids['crm/d']);
});
