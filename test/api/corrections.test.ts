import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CorrectionApplied } from '../../core/contracts/corrections.ts';
import { TestApi } from '../support/api.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

let api: TestApi;
const customers = [
  ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'],
  ['1', 'Ann', 'Archer', 'ann@example.org', '1980-02-03', '2026-01-01'],
  ['2', 'Anne', 'Bowman', 'bowman@example.net', '1971-12-24', '2026-01-01'],
  ['3', 'Carl', 'Cooper', 'carl@example.com', '1990-05-06', '2026-01-01'],
];
const key = (pk: string) => ({ datasource: 'web_customers', pk });
const corrections = '/stitch/corrections';

beforeAll(async () => {
  api = await TestApi.open(shopDocuments);
  await api.tenant.drop('web/2026-01-01/customers.csv', csv(...customers));
  expect((await api.tenant.run()).state).toBe('succeeded');
});
afterAll(() => api.close());

async function applied(path: string, body: object): Promise<CorrectionApplied> {
  const answer = await api.ok<CorrectionApplied>('POST', path, body);
  const run = await api.tenant.environment.workflows.ended(answer.run.id);
  if (run) expect(run).toMatchObject({ state: 'succeeded', request: { people_only: true } });
  return answer;
}

const say = (says: 'together' | 'apart', one: string, other: string, reason = 'she called') =>
  applied(corrections, { says, one: key(one), other: key(other), reason });
const undo = (id: string) => applied(`/stitch/${id.replace('/', 's/')}/undo`, { reason: 'it was her sister' });
const ids = async () => {
  const rows = await api.tenant.query('SELECT a.pk, a.amp_id FROM stitch.assignments a ORDER BY a.pk');
  return Object.fromEntries(rows.map(({ pk, amp_id }) => [pk, amp_id])) as Record<string, string>;
};
const story = async (id: string) => JSON.stringify(await api.ok('GET', `/persons/${id}`));

describe('a correction', () => {
  test('makes two people one, and undone gives both back as they were, byte for byte', async () => {
    const before = await ids();
    const stories = await Promise.all([before['1'], before['2']].map((id) => story(id ?? '')));
    const { correction, amp_ids } = await say('together', '1', '2');
    expect(amp_ids).toEqual({ one: before['1'], other: before['2'] });
    const merged = await ids();
    expect(merged['1']).toBe(merged['2']);
    expect(merged['3']).toBe(before['3']);
    const gone = [before['1'], before['2']].find((id) => id !== merged['1']);
    expect(await api.ok('GET', `/persons/${gone}`)).toMatchObject({ amp_id: merged['1'], merged_from: gone });
    await undo(correction.id);
    expect(await ids()).toEqual(before);
    expect(await Promise.all([before['1'], before['2']].map((id) => story(id ?? '')))).toEqual(stories);
  });

  test('stays in the list with who undid it and why', async () => {
    const { data } = await api.ok<{ data: Record<string, unknown>[] }>('GET', corrections);
    expect(await api.refusal('GET', `${corrections}?next_token=zzz`)).toMatchObject({ status: 400 });
    expect(data).toMatchObject([
      {
        says: 'together',
        reason: 'she called',
        author: 'Tester',
        undone: { reason: 'it was her sister', author: 'Tester' },
      },
    ]);
    const undone = await api.refusal('POST', `/stitch/${String(data[0]?.id).replace('/', 's/')}/undo`, { reason: 'x' });
    expect(undone).toMatchObject({ status: 409, message: expect.stringContaining('undone by Tester') });
  });

  test('is kept by the runs that follow, over all records too', async () => {
    const { correction } = await say('together', '1', '3');
    expect((await api.tenant.run({ refresh: 'full' })).state).toBe('succeeded');
    const now = await ids();
    expect(now['1']).toBe(now['3']);
    await undo(correction.id);
  });

  test('can pin what is so already', async () => {
    const { correction, amp_ids } = await say('apart', '1', '2');
    expect(amp_ids?.one).not.toBe(amp_ids?.other);
    const repeated = await api.refusal('POST', corrections, {
      says: 'apart',
      one: key('2'),
      other: key('1'),
      reason: 'again',
    });
    expect(repeated).toMatchObject({ status: 409, message: expect.stringContaining(correction.id) });
    await undo(correction.id);
  });

  test('is refused, with the chain, when it can not hold beside others', async () => {
    const made = [await say('together', '1', '2'), await say('together', '2', '3')];
    const { status, message } = await api.refusal('POST', corrections, {
      says: 'apart',
      one: key('1'),
      other: key('3'),
      reason: 'two men',
    });
    expect(status).toBe(400);
    expect(message).toMatch(
      /web_customers\/1 = web_customers\/2 \("she called", Tester, .*web_customers\/2 = web_customers\/3 .*but web_customers\/1 ≠ web_customers\/3 \("two men", Tester/,
    );
    for (const { correction } of made) await undo(correction.id);
  });

  test.each([
    [
      'a record that is not there',
      { one: key('1'), other: key('99') },
      404,
      /no record web_customers\/99 was stitched/,
    ],
    ['one record twice', { one: key('1'), other: key('1') }, 400, /both records are web_customers\/1/],
    ['no reason', { one: key('1'), other: key('2'), reason: ' ' }, 400, /reason/],
  ])('of %s is refused', async (_, body, status, message) => {
    const refused = await api.refusal('POST', corrections, { says: 'together', reason: 'why', ...body });
    expect(refused).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});
