import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PersonMatch, PersonStory } from '../../core/contracts/person.ts';
import { TestApi } from '../support/api.ts';
import { csv } from '../support/tenant.ts';

const columns = 'id loyalty given_name surname mobile landline address city state postal updated_at'.split(' ');
const documents = [
  { id: 'tenant/test', name: 'test' },
  { id: 'stitch/default' },
  { id: 'merge-policy/default', sources: [] },
  {
    id: 'feed/crm-people',
    source: 'crm',
    name: 'people',
    stitch: true,
    primary_key: ['id'],
    last_updated: 'updated_at',
    fields: [
      { field: 'id', semantics: ['ck'] },
      { field: 'loyalty', semantics: ['fk-loyalty'] },
      { field: 'given_name', semantics: ['given-name'] },
      { field: 'surname', semantics: ['surname'] },
      { field: 'mobile', semantics: ['phone'] },
      { field: 'landline', semantics: ['phone-2'] },
      { field: 'address', semantics: ['address'] },
      { field: 'city', semantics: ['city'] },
      { field: 'state', semantics: ['state'] },
      { field: 'postal', semantics: ['postal'] },
      { field: 'updated_at', type: 'Datetime', semantics: ['update-dt'] },
    ],
  },
  {
    id: 'courier/crm',
    type: 'folder',
    settings: { path: 'crm' },
    files: [{ name: 'people', pattern: '{yyyy}-{MM}-{dd}.csv', format: { type: 'csv' } }],
    loads: [{ feed: 'feed/crm-people', file: 'people' }],
  },
  { id: 'courier-group/daily', couriers: [{ courier: 'courier/crm' }] },
];

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.open(documents);
  await deliver(
    '2026-11-01',
    '1 L1 Ada Lovelace +1-415-555-0100 4155550199 1_Main_St Boston MA 02134 2026-11-01T00:00:00Z',
    '2 L2 Byron Lovelace 415.555.0101 _ 1_Main_Street Boston MA 02134 2026-11-01T00:00:00Z',
    '3 L3 Augusta King _ _ _ _ _ _ 2026-11-01T00:00:00Z',
  );
});
afterAll(() => api.close());

/** A day's file, blanks of a cell as `_`, and a run of it. */
async function deliver(day: string, ...rows: string[]): Promise<void> {
  const cells = rows.map((row) => row.split(' ').map((cell) => (cell === '_' ? '' : cell.replaceAll('_', ' '))));
  await api.tenant.drop(`crm/${day}.csv`, csv(columns, ...cells));
  const run = await api.tenant.run();
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
}

const find = async (query: string) => (await api.ok<{ data: PersonMatch[] }>('GET', `/persons?${query}`)).data;

test.each([
  ['a number with its country', '%2B1 (415) 555-0100'],
  ['a number without it', '4155550100'],
  ['another number of theirs', '415 555 0199'],
])('a person is found by %s', async (_what, phone) => {
  expect(await find(`phone=${phone}`)).toMatchObject([{ given_name: 'Ada', surname: 'Lovelace', records: 1 }]);
});

test('nobody is found by a part of a number', async () => {
  expect(await find('phone=5550100')).toEqual([]);
});

test('a story tells who lives in the same household', async () => {
  const [ada] = await find('phone=4155550100');
  const [byron] = await find('phone=4155550101');
  const story = await api.ok<PersonStory>('GET', `/persons/${ada?.amp_id}`);
  expect(story.household).toMatchObject({ size: 2, members: [ada?.amp_id, byron?.amp_id].toSorted() });
  expect(story.created_at).toMatch(/^\d{4}-\d{2}-\d{2}T/);
});

test('an id that was merged away leads to the person that it was merged into', async () => {
  const sql = 'SELECT amp_id FROM customer360.unified_coalesced WHERE pk = ';
  const idOf = async (pk: string) =>
    (await api.ok<{ rows: string[][] }>('POST', '/queries', { sql: `${sql}'${pk}'` })).rows[0]?.[0] ?? '';
  const before = [await idOf('1'), await idOf('3')];
  await deliver('2026-11-02', '3 L1 Ada Lovelace 4155550100 _ 1_Main_St Boston MA 02134 2026-11-02T00:00:00Z');
  const now = await idOf('3');
  expect(now).toBe(await idOf('1'));
  const [gone = ''] = before.filter((id) => id !== now);
  const story = await api.ok<PersonStory>('GET', `/persons/${now}`);
  expect(story).toMatchObject({ amp_id: now, merged_from: null, records_total: 2 });
  expect(await api.ok<PersonStory>('GET', `/persons/${gone}`)).toEqual({ ...story, merged_from: gone });
});
