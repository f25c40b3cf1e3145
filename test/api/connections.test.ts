import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionTest } from '../../core/contracts/connections.ts';
import type { Problem } from '../../core/contracts/validation.ts';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

/** A server that nobody runs. */
const settings = { host: '127.0.0.1', port: 1, user: 'acme' };
const partner = { id: 'connection/partner', type: 'sftp', settings };
const secret = 'correct-horse-battery';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.open([...shopDocuments, partner]);
});
afterAll(() => api.close());

describe('connections, by the API', () => {
  it('are shown with the secrets that they ask for, and never what these are', async () => {
    const summary = () => api.ok('GET', '/connections');
    const shown = (set: boolean) => ({
      data: [{ id: partner.id, type: 'sftp', secrets: [{ name: 'password', set }] }],
    });
    expect(await summary()).toEqual(shown(false));
    const tried = await api.ok<ConnectionTest>('PUT', '/connections/partner/secrets/password', { value: secret });
    expect(await summary()).toEqual(shown(true));
    expect(tried).toMatchObject({ works: false, message: expect.stringContaining('acme@127.0.0.1 port 1') });
    const everything = [tried, await summary(), await api.ok('GET', '/configuration'), api.reported];
    expect(JSON.stringify(everything)).not.toContain(secret);
  });

  it('are tried when somebody asks, and what failed is told', async () => {
    expect(await api.ok('POST', '/connections/partner/test', {})).toMatchObject({
      connection: partner.id,
      works: false,
      message: expect.stringMatching(/can't be reached: ECONNREFUSED/),
    });
    expect(await api.refusal('POST', '/connections/nobody/test', {})).toMatchObject({
      status: 404,
      message: expect.stringContaining('there is connection/partner'),
    });
  });

  it('take no secret that their settings do not ask for', async () => {
    const { status, message } = await api.refusal('PUT', '/connections/partner/secrets/private_key', { value: secret });
    expect([status, message]).toEqual([400, expect.stringContaining('its settings ask for password')]);
    expect(message).not.toContain(secret);
  });

  it('are tried when they are saved, of which a warning tells', async () => {
    const change = async (documents: unknown[]) =>
      (await api.ok<{ warnings: Problem[] }>('PUT', '/configuration', { documents, message: 'test' })).warnings.filter(
        ({ id }) => id.startsWith('connection/'),
      );
    const other = { ...partner, id: 'connection/other' };
    expect(await change([...shopDocuments, partner, other])).toEqual([
      expect.objectContaining({ id: other.id, message: expect.stringContaining('set-secret other password') }),
    ]);
    expect(await change([...shopDocuments, partner, other])).toEqual([]);
  });

  const inAddress = `https://acme:${secret}@partner.example`;
  const shared = { bucket: 'acme', region: 'eu-west-1', access_key_id: 'acme' };
  const oauth = { by: 'oauth', client_id: 'acme', token_url: inAddress };
  const crm = { engine: 'mysql', database: 'crm', user: 'acme' };
  it.each([
    ['in a setting of its own', { ...partner, settings: { ...settings, password: secret } }, 'password'],
    ['in an address', { ...partner, type: 'http', settings: { base_url: inAddress } }, 'base_url: .*: sign_in says'],
    [
      'in the address of tokens',
      { ...partner, type: 'http', settings: { base_url: 'https://partner.example', sign_in: oauth } },
      'sign_in.token_url: expected an address without a user',
    ],
    [
      'in an endpoint',
      { ...partner, type: 's3', settings: { ...shared, endpoint: inAddress } },
      'endpoint: .*: access_key_id',
    ],
    [
      'in a host',
      { ...partner, settings: { ...settings, host: `acme:${secret}@127.0.0.1` } },
      'host: expected the name',
    ],
    [
      'in the host of a database',
      { ...partner, type: 'database', settings: { ...crm, host: `x:${secret}@db` } },
      'host: expected',
    ],
  ])('hold no credential: one %s is refused without repeating it', async (_where, connection, expected) => {
    const documents = [...shopDocuments, connection];
    const { status, message } = await api.refusal('PUT', '/configuration', { documents, message: 'test' });
    expect([status, message]).toEqual([400, expect.stringMatching(`connection/partner settings.*${expected}`)]);
    expect(message).not.toContain(secret);
  });

  const file = { name: 'any', pattern: '*.ndjson', format: { type: 'ndjson' } };
  const courierOf = (id: string, type: string, own: object) => {
    return { id, type, connection: partner.id, settings: own, files: [file] };
  };

  it.each([
    ['requests', 'http', { base_url: 'https://partner.example' }, { path: '/' }],
    ['extracts', 'database', { ...crm, host: 'partner.example' }, { table: 'orders' }],
  ])('have couriers whose %s are all files of theirs', async (list, type, own, more) => {
    const asked = ['a.ndjson', 'orders', 'a.ndjson'].map((name) => ({ name, ...more }));
    const documents = [
      ...shopDocuments,
      { ...partner, type, settings: own },
      courierOf('courier/a', type, { [list]: asked }),
    ];
    const { errors } = await api.ok<{ errors: Problem[] }>('POST', '/configuration/validate', { documents });
    expect(errors).toEqual([
      expect.objectContaining({
        path: `settings.${list}.1.name`,
        message: "orders is matched by no pattern of the courier's files: expected a name that *.ndjson matches",
      }),
      expect.objectContaining({ path: `settings.${list}.2.name`, message: expect.stringContaining('another one too') }),
    ]);
  });

  it.each([
    ['requests', 'http', { base_url: 'https://partner.example' }, { path: '/', records: '.' }],
    ['extracts', 'database', { ...crm, host: 'partner.example' }, { table: 'orders' }],
  ])('have couriers whose %s are read as what they are written as', async (list, type, own, more) => {
    const courier = courierOf('courier/a', type, { [list]: [{ name: 'a.ndjson', ...more }] });
    const files = [{ ...file, format: { type: 'json' } }];
    const documents = [...shopDocuments, { ...partner, type, settings: own }, { ...courier, files }];
    const { errors } = await api.ok<{ errors: Problem[] }>('POST', '/configuration/validate', { documents });
    expect(errors).toMatchObject([
      { path: 'files.0.format.type', message: 'a.ndjson is written as ndjson: expected that instead of json' },
    ]);
  });

  it('are told of once when their settings are wrong, however many couriers they have', async () => {
    const requests = [{ name: 'a.ndjson', path: '/' }];
    const couriers = ['courier/a', 'courier/b'].map((id) => courierOf(id, 'http', { requests }));
    const documents = [...shopDocuments, { ...partner, type: 'http', settings: {} }, ...couriers];
    const { errors } = await api.ok<{ errors: Problem[] }>('POST', '/configuration/validate', { documents });
    expect(errors).toEqual([expect.objectContaining({ id: partner.id, path: 'settings' })]);
  });

  it('are of the type of their couriers', async () => {
    const file = { name: 'any', pattern: '*', format: { type: 'csv' } };
    const courier = { id: 'courier/partner', type: 'folder', connection: partner.id, files: [file] };
    const { message } = await api.refusal('PUT', '/configuration', {
      documents: [...shopDocuments, partner, courier],
      message: 'test',
    });
    expect(message).toContain("connection/partner is of the type sftp: expected one of the courier's type, folder");
    const without = { id: 'courier/partner', type: 'sftp', files: [file] };
    const documents = [...shopDocuments, without];
    expect((await api.refusal('PUT', '/configuration', { documents, message: 'test' })).message).toContain(
      'a courier of the type sftp needs a connection',
    );
  });
});
