import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { Courier, CourierFile } from '../../core/contracts/sources.ts';
import type { CourierSource, Reading } from '../../core/feeds/port.ts';
import { going, onlyFile } from '../contracts/couriers.ts';
import { aConnection, courierContext } from './couriers.ts';
import { FaultyServer } from './faulty-server.ts';

const secrets = {
  token: 'the-token',
  password: 'the-password',
  key: 'the-key',
  client_secret: 'the-client-secret',
};
export const context = courierContext(secrets);
export const files = [CourierFile.parse({ name: 'any', pattern: '*', format: { type: 'csv' } })];

/** A system with an API, and couriers that ask it. */
export async function startApi() {
  const server = await FaultyServer.start();
  const sourceOf = (requests: Record<string, unknown>[], settings: Record<string, unknown> = {}, given = context) => {
    const courier = { id: 'courier/test', type: 'http', connection: 'connection/test', settings: { requests }, files };
    return courierSource(Courier.parse(courier), given, aConnection('http', { base_url: server.origin, ...settings }));
  };
  return { server, sourceOf };
}

export const api = (more: Record<string, unknown> = {}) => ({
  name: 'items.ndjson',
  path: '/items',
  records: 'data',
  ...more,
});

/** What the one request of a source gives: its lines, and the mark of the next reading. */
export async function read(source: CourierSource, reading: Partial<Reading> = {}) {
  const path = join(await mkdtemp(join(tmpdir(), 'http-')), 'file');
  const found = await source.fetch(await onlyFile(source), path, { signal: going, ...reading });
  await source.close?.();
  return { found, text: await readFile(path, 'utf8'), mark: found?.mark };
}

export const json = (
  response: { setHeader(name: string, value: string): unknown; end(text: string): unknown },
  body: unknown,
) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
};
