import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evaluation } from '../../core/contracts/evaluation.ts';
import type { MatchExplanation } from '../../core/contracts/explanation.ts';
import type { PersonMatch, PersonStory } from '../../core/contracts/person.ts';
import type { Run } from '../../core/contracts/runs.ts';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import type { TableDescription, TableSummary } from '../../core/contracts/table-description.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { explainMatch } from '../../core/queries/explain-match.ts';
import { readPublished } from '../../core/queries/published-reader.ts';
import { startingQueries } from '../../core/queries/starting-queries.ts';
import { TestApi } from '../support/api.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

const people = {
  id: 'table/people',
  database: 'customer360',
  name: 'people',
  description: 'One row a person.',
  sql: 'SELECT c.amp_id, COUNT(*) AS records FROM customer360.unified_coalesced c GROUP BY c.amp_id',
  columns: { amp_id: { required: true, unique: true } },
};

let api: TestApi;
let run: Run;

beforeAll(async () => {
  api = await TestApi.open([...shopDocuments, people, ...startingQueries]);
  await api.tenant.drop(
    'web/2026-11-01/customers.csv',
    csv(
      ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'],
      ['1', 'Ada', 'Lovelace', 'ada@example.com', '1815-12-10', '2026-11-01T08:00:00Z'],
      ['2', 'Ada', 'Lovelace', 'ADA+shop@example.com', '1815-12-10', '2026-11-01T08:00:00Z'],
      ['3', 'Charles', 'Babbage', 'charles@example.com', '1791-12-26', '2026-11-01T08:00:00Z'],
    ),
  );
  await api.tenant.drop(
    'web/2026-11-01/lines.csv',
    csv(
      'order_id product_id customer_id ordered_at quantity revenue order_discount is_return is_cancellation brand channel store_id'.split(
        ' ',
      ),
      'o1 p1 1 2026-10-01T00:00:00Z 1 10.00 0 false false b web s'.split(' '),
      'o2 p1 2 2026-10-02T00:00:00Z 2 20.00 0 false false b web s'.split(' '),
    ),
  );
  run = await api.tenant.run();
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
});
afterAll(() => api.close());

describe('tables', () => {
  test('are listed with rows, columns and the run that made them', async () => {
    const { data } = await api.ok<{ data: TableSummary[] }>('GET', '/tables');
    const customers = data.find((table) => table.schema === 'domain' && table.name === 'web_customers');
    expect(customers).toMatchObject({ rows: 3, run_id: run.id });
    expect(customers?.columns).toContainEqual({ name: 'birth_date', type: 'Date' });
  });

  test('can be followed to their SQL, their inputs and their checks', async () => {
    const table = await api.ok<TableDescription>('GET', '/tables/customer360/people');
    expect(table).toMatchObject({
      sql: people.sql,
      description: 'One row a person.',
      reads: ['customer360.unified_coalesced'],
      lineage: { amp_id: ['customer360.unified_coalesced.amp_id'], records: [] },
      checks: [
        { column: 'amp_id', check: 'required', failures: 0 },
        { column: 'amp_id', check: 'unique', failures: 0 },
      ],
    });
    const records = await api.ok<TableDescription>('GET', '/tables/customer360/unified_coalesced');
    expect(records.lineage).toMatchObject({
      surname: ['domain.web_customers.surname'],
      amp_id: ['stitch.assignments.amp_id'],
    });
    expect(records.read_by).toContain('customer360.people');
    expect(await api.ok('GET', '/tables/domain/web_customers')).toMatchObject({
      feed: 'feed/web-customers',
      sql: null,
    });
  });

  test('that are not there are refused with those that are', async () => {
    const { status, message } = await api.refusal('GET', '/tables/domain/nothing');
    expect(status).toBe(404);
    expect(message).toContain('domain.web_customers');
  });
});

describe('a query', () => {
  test('answers with columns and rows, up to its limit', async () => {
    const sql = 'SELECT id, birth_date FROM domain.web_customers ORDER BY id';
    expect(await api.ok('POST', '/queries', { sql, limit: 2 })).toMatchObject({
      columns: [
        { name: 'id', type: 'String' },
        { name: 'birth_date', type: 'Date' },
      ],
      rows: [
        ['1', '1815-12-10'],
        ['2', '1815-12-10'],
      ],
      truncated: true,
    });
  });

  test.each([
    ['a change', 'DELETE FROM domain.web_customers'],
    ['a second statement', 'SELECT 1; SELECT 2'],
    ['a file', "SELECT * FROM read_csv('/etc/passwd')"],
    ['a file by name', 'SELECT * FROM "/etc/passwd"'],
    ['a setting', "SELECT current_setting('memory_limit')"],
    ['another schema', 'SELECT * FROM tributary.loads'],
    ['a file in a subquery', "SELECT (SELECT content FROM read_text('/etc/passwd'))"],
    ['files by pattern', "SELECT * FROM glob('/*')"],
    ['a variable of the process', "SELECT getenv('HOME')"],
    ['the settings', 'SELECT * FROM duckdb_settings()'],
    ['another database', 'SELECT * FROM other.customer360.people'],
    ['an attached file', "ATTACH '/tmp/other.duckdb' AS other"],
    ['a copy', "COPY (SELECT 1) TO '/tmp/copy.csv'"],
    ['the catalog', 'SELECT * FROM information_schema.tables'],
    ['no query', 'SELEC 1'],
  ])('that asks for %s is refused', async (_what, sql) => {
    const { status } = await api.refusal('POST', '/queries', { sql });
    expect(status).toBe(400);
  });
});

test('a stored table is not read by the name that it is stored under', async () => {
  const entry = (await publishedTables(api.tenant.environment.objects))['customer360.people'];
  const sql = `SELECT * FROM customer360."${entry?.physical}"`;
  expect(await api.refusal('POST', '/queries', { sql })).toMatchObject({ status: 400 });
});

describe('a person', () => {
  test.each([
    ['their address', 'email=ada@example.com'],
    ['an address with a tag, in any case', 'email=ada%2Bnews@EXAMPLE.com'],
  ])('is found by %s', async (_what, query) => {
    const { data } = await api.ok<{ data: PersonMatch[] }>('GET', `/persons?${query}`);
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ given_name: 'Ada', surname: 'Lovelace', records: 2 });
  });

  test('has a story: records, why they were joined, orders', async () => {
    const { data } = await api.ok<{ data: PersonMatch[] }>('GET', '/persons?email=ada@example.com');
    const story = await api.ok<PersonStory>('GET', `/persons/${data[0]?.amp_id}`);
    expect(story.records_total).toBe(2);
    expect(story.sources).toEqual([
      {
        datasource: 'web_customers',
        records: [expect.objectContaining({ pk: '1' }), expect.objectContaining({ pk: '2' })],
      },
    ]);
    expect(story.joins).toMatchObject([
      { pk1: '1', pk2: '2', alike: expect.arrayContaining(['email', 'surname', 'birthdate']), unlike: ['fk_customer'] },
    ]);
    expect(story.joins[0]?.score).toBeGreaterThanOrEqual(3);
    expect(story.profile).toMatchObject({ given_name: 'Ada', birthdate: '1815-12-10' });
    expect(story.orders_total).toBe(2);
    expect(story.orders.map((order) => order.order_id)).toEqual(['o2', 'o1']);
  });

  test('who is unknown, and a search for nothing, are refused', async () => {
    expect(await api.refusal('GET', '/persons/nobody')).toMatchObject({ status: 404 });
    expect(await api.refusal('GET', '/persons')).toMatchObject({ status: 400 });
    expect(await api.refusal('GET', '/persons?phone=12')).toMatchObject({ status: 400 });
    expect(await api.refusal('GET', "/persons?email='")).toMatchObject({ status: 400 });
    expect(await api.ok('GET', "/persons?email=o'hara@example.com")).toEqual({ data: [] });
  });
});

describe('Stitch', () => {
  test('reports what it found', async () => {
    const report = await api.ok<StitchReport & { run_id: string }>('GET', '/stitch/report');
    expect(report).toMatchObject({ records: 3, people: 2, run_id: run.id });
  });

  test('is scored against a truth', async () => {
    const truth =
      'pk,datasource,person\r\n1,web_customers,ada\r\n2,web_customers,ada\r\n3,web_customers,"bab,bage"\r\n';
    const path = '/api/v0/test/production/stitch/evaluate';
    const response = await api.request('POST', path, truth, 'text/csv');
    const evaluation = (await response.json()) as Evaluation;
    expect(evaluation).toMatchObject({ records: 3, missing: 0, unlabelled: 0, people_true: 2, people_found: 2 });
    expect(evaluation.pairwise).toMatchObject({ precision: 1, recall: 1, f1: 1, joined: 1 });
  });

  test('refuses a truth without its columns', async () => {
    const path = '/api/v0/test/production/stitch/evaluate';
    const response = await api.request('POST', path, 'id,person\n1,2\n', 'text/csv');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('datasource, pk') });
  });
});

test('discovery profiles a file that is sent and keeps nothing of it', async () => {
  const file = csv(['customer_id', 'e_mail'], [1, 'ada@example.com'], [2, 'charles@example.com']);
  const path = '/api/v0/test/production/discover?name=people.csv&source=crm';
  const response = await api.request('POST', path, file, 'application/octet-stream');
  expect(await response.json()).toMatchObject({ file: 'people.csv', rows: 2, feed: { source: 'crm' } });
});

describe('a saved query', () => {
  test.each(startingQueries.map(({ id, name }) => [id, name]))('%s answers: %s', async (query) => {
    const { columns } = await api.ok<{ columns: { name: string }[] }>('POST', '/queries', { query });
    expect(columns.length).toBeGreaterThan(0);
  });

  test('is right: three records are two people, and none is without one', async () => {
    const ask = async (query: string) => (await api.ok<{ rows: unknown[][] }>('POST', '/queries', { query })).rows;
    expect(await ask('query/null-amp-ids')).toEqual([[0]]);
    expect(await ask('query/statistics-combined')).toEqual([[3, 2, expect.closeTo(33.33, 2)]]);
    expect(await ask('query/cluster-sizes')).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test('that there is not is refused with the ones that are, and so is one beside SQL', async () => {
    const gone = await api.refusal('POST', '/queries', { query: 'query/gone' });
    expect(gone).toMatchObject({ status: 404, message: expect.stringContaining('query/null-amp-ids') });
    const both = await api.refusal('POST', '/queries', { query: 'query/null-amp-ids', sql: 'SELECT 1' });
    expect(both).toMatchObject({ status: 400, message: expect.stringContaining('either sql or query') });
  });
});

describe('an explanation', () => {
  const explain = (pk1: string, pk2: string, more = '') =>
    `/stitch/explain?datasource1=web_customers&pk1=${pk1}&datasource2=web_customers&pk2=${pk2}${more}`;

  test('says field by field why two records are one person, in bits that add up', async () => {
    const told = await api.ok<MatchExplanation>('GET', explain('1', '2'));
    expect(told).toMatchObject({ same_person: true, one: { pk: '1' }, other: { pk: '2' } });
    const email = told.evidence.find(({ field }) => field === 'email');
    expect(email).toMatchObject({ one: 'ADA@EXAMPLE.COM', other: 'ADA@EXAMPLE.COM' });
    expect(told.evidence.reduce((sum, { weight }) => sum + weight, told.prior + told.household)).toBeCloseTo(
      told.weight,
      6,
    );
  });

  test('says by which pairs two records are one person, and what was computed to find what would part them', async () => {
    const { together, apart } = await api.ok<MatchExplanation>('GET', explain('1', '2'));
    expect(together?.path).toMatchObject([{ one: { pk: '1' }, other: { pk: '2' }, match_type: 'scored' }]);
    expect(together?.counterfactual).toMatchObject({ records: 2, complete: true, as_run: true });
    expect(together?.counterfactual.tried).toBeGreaterThan(2);
    expect(apart).toBeUndefined();
  });

  test('says what keeps two people apart', async () => {
    const told = await api.ok<MatchExplanation>('GET', explain('1', '3'));
    expect(told).toMatchObject({ same_person: false, score: 0, veto: 'given_name' });
    expect([told.together, told.apart]).toEqual([undefined, undefined]);
  });

  test('says when asked why they are two, and what would make them one', async () => {
    const { apart } = await api.ok<MatchExplanation>('GET', explain('1', '3', '&not=true'));
    expect(apart?.reasons[0]).toMatchObject({
      kind: 'conflict',
      because: expect.stringContaining('given_name differs'),
    });
    expect(apart?.counterfactual).toMatchObject({ records: 3, complete: true, as_run: true });
    const { single, combination } = apart?.counterfactual ?? { single: [], combination: [] };
    expect([...single, ...combination]).not.toEqual([]);
  });

  test('says who they are when it is asked the wrong way round', async () => {
    const told = await api.ok<MatchExplanation>('GET', explain('1', '2', '&not=true'));
    expect(told).toMatchObject({ same_person: true });
    expect([told.together, told.apart]).toEqual([undefined, undefined]);
  });

  test('of a component that is too large is about the records nearest to the two, and says so', async () => {
    const access = api.tenant.environment;
    const bounds = { records: 1, nearest: 2 };
    const key = (pk: string) => ({ datasource: 'web_customers', pk });
    const asked = (pk: string, not: boolean) =>
      readPublished({ ...access, clock: () => new Date() }, (reader) =>
        explainMatch({ ...access, clock: () => new Date() }, reader, [key('1'), key(pk)], { not, bounds }),
      );
    const { together } = await asked('2', false);
    expect(together?.path).toHaveLength(1);
    const { apart } = await asked('3', true);
    for (const told of [together, apart]) {
      expect(told?.counterfactual).toMatchObject({ records: 2, complete: false });
      expect(told?.counterfactual.note).toContain('of a larger component, the 2 records nearest to the two');
    }
  });

  test('of a record and itself is refused', async () => {
    const twice = await api.refusal('GET', explain('1', '1'));
    expect(twice).toEqual({ status: 400, message: 'web_customers/1 was given twice: expected two records' });
  });

  test('of a record that there is not says so', async () => {
    const gone = await api.refusal('GET', explain('1', '99'));
    expect(gone).toMatchObject({ status: 404, message: expect.stringContaining('no record "99" of "web_customers"') });
  });
});
