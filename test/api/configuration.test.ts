import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConfigurationVersion, Document } from '../../core/contracts/configuration.ts';
import type { Problem } from '../../core/contracts/validation.ts';
import { startingDocuments } from '../../core/environments/new-tenant.ts';
import { validateDocuments } from '../../core/environments/validate.ts';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

interface Configuration {
  version: ConfigurationVersion;
  documents: Document[];
}

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.open(shopDocuments);
});
afterAll(() => api.close());

const head = () => api.ok<Configuration>('GET', '/configuration');

test('the head is read whole, or one document of it', async () => {
  const { version, documents } = await head();
  expect(Object.keys(version.objects)).toHaveLength(documents.length);
  expect(await api.ok('GET', '/configuration/documents/feed/web-customers')).toMatchObject({
    id: 'feed/web-customers',
  });
  expect(await api.refusal('GET', '/configuration/documents/feed/nothing')).toMatchObject({ status: 404 });
});

test('what was read can be put back, and nothing is changed by it', async () => {
  const { version, documents } = await head();
  const put = await api.ok<Configuration>('PUT', '/configuration', { documents, message: 'same', parent: version.id });
  expect(put.version).toEqual(version);
});

test('a change makes a version with its author and message', async () => {
  const { version, documents } = await head();
  const query = { id: 'query/all', name: 'all', sql: 'SELECT * FROM domain.web_customers' };
  const change = { documents: [...documents, query], message: 'add a query', parent: version.id };
  const put = await api.ok<Configuration>('PUT', '/configuration', change);
  expect(put.version).toMatchObject({ parents: [version.id], author: 'tester', message: 'add a query' });
  const { data } = await api.ok<{ data: ConfigurationVersion[] }>('GET', '/configuration/versions');
  expect(data.slice(0, 2).map((one) => one.id)).toEqual([put.version.id, version.id]);
});

test('a courier group starts by the schedule that its document says, as soon as it is put', async () => {
  const { documents } = await head();
  const at = (schedule: string | undefined) =>
    documents.map((one) => (one.id === 'courier-group/daily' ? { ...one, schedule, time_zone: 'UTC' } : one));
  const next = async (schedule?: string) => {
    await api.ok('PUT', '/configuration', { documents: at(schedule), message: 'schedule' });
    return api.schedules.next().get('courier-group/daily')?.toISOString().slice(11, 16);
  };
  expect([await next('0 5 * * *'), await next('30 6 * * *'), await next()]).toEqual(['05:00', '06:30', undefined]);
  const both = { documents: at('0 5 1 * MON'), message: 'schedule' };
  const { status, message } = await api.refusal('PUT', '/configuration', both);
  expect([status, message]).toEqual([400, expect.stringContaining("which AWS can't tell together")]);
});

test('a change that was made on an earlier version is a conflict, and loses nothing', async () => {
  const { version, documents } = await head();
  const stale = { documents: documents.slice(1), message: 'stale', parent: version.parents[0] };
  expect(await api.refusal('PUT', '/configuration', stale)).toMatchObject({ status: 409 });
  expect((await head()).version).toEqual(version);
});

test('documents that are wrong are refused, each problem with its place', async () => {
  const { version, documents } = await head();
  const wrong = documents.map((document) =>
    document.id === 'courier-group/daily' ? { ...document, schedule: 'each day' } : document,
  );
  const { status, message } = await api.refusal('PUT', '/configuration', { documents: wrong, message: 'wrong' });
  expect(status).toBe(400);
  expect(message).toMatch(/^courier-group\/daily schedule: "each day" is no schedule/);
  expect((await head()).version).toEqual(version);
});

test('documents are checked without being taken', async () => {
  const { version } = await head();
  const documents = [...shopDocuments, { id: 'feed/lonely', source: 'a', name: 'b', primary_key: ['x'], fields: [] }];
  const found = await api.ok<{ errors: Problem[] }>('POST', '/configuration/validate', { documents });
  expect(found.errors).toMatchObject([{ id: 'feed/lonely', severity: 'error' }]);
  expect((await head()).version).toEqual(version);
});

test('a courier of no known type, with settings that its type lacks, or of an unknown format is refused', async () => {
  const courier = { id: 'courier/odd', type: 'pigeon', files: [{ name: 'a', pattern: '*', format: { type: 'xlsb' } }] };
  const strange = { ...courier, id: 'courier/strange', type: 'folder', settings: { folder: 'x' } };
  const documents = [...shopDocuments, courier, strange];
  const { errors } = await api.ok<{ errors: Problem[] }>('POST', '/configuration/validate', { documents });
  expect(errors).toMatchObject([
    { id: 'courier/odd', path: 'type', message: expect.stringContaining('expected one of database, folder, http') },
    { id: 'courier/odd', path: 'files.0.format', message: expect.stringContaining('expected one of csv') },
    { id: 'courier/strange', message: expect.stringContaining('folder') },
    { id: 'courier/strange', path: 'files.0.format' },
  ]);
});

test('a new tenant starts with documents that nothing is wrong with', () => {
  const documents = startingDocuments({ name: 'fresh', amp_iq: true, administrator_email: 'ada@example.com' });
  expect(validateDocuments(documents).errors).toEqual([]);
  expect(documents.map((document) => document.id)).toEqual(
    expect.arrayContaining(['tenant/fresh', 'stitch/default', 'merge-policy/default', 'user/administrator']),
  );
});
