import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evaluation } from '../../core/contracts/evaluation.ts';
import type { PersonMatch, PersonStory } from '../../core/contracts/person.ts';
import type { Run } from '../../core/contracts/runs.ts';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import type { TableDescription, TableSummary } from '../../core/contracts/table-description.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { startingQueries } from '../../core/queries/starting-queries.ts';
import type { TestApi } from '../support/api.ts';
import { openShop } from '../support/shop.ts';
import { csv } from '../support/tenant.ts';

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
  ({ api, run } = await openShop([people, ...startingQueries]));
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

  test('that asks for a column which is not there is told of the nearest', async () => {
    expect(await api.ok('POST', '/queries', { sql: 'SELECT c.emial FROM web_customers c' })).toMatchObject({
      state: 'failed',
      error: { name: 'RefusedSql', message: 'there is no column emial in domain.web_customers: did you mean email?' },
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
