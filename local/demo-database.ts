import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { isLoopback } from '../adapters/couriers/network.ts';
import { Connection } from '../core/contracts/sources.ts';
import { Random } from '../samples/generate/random.ts';
import { moment } from '../samples/generate/time.ts';
import { demoTenant } from './demo.ts';
import { archiveFolder, inboxFolder } from './home.ts';

/** The documents that the demo has with a PostgreSQL, beside a connection to it. */
export const databaseFolder = fileURLToPath(new URL('../samples/acme-postgres', import.meta.url));
export const databaseCourier = 'courier/reviews';

/** The demo's connection to a database; its password is a secret. */
export function databaseConnection(url: URL): Connection {
  const settings = {
    engine: 'postgresql',
    host: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    database: url.pathname.slice(1),
    user: decodeURIComponent(url.username),
    tls: isLoopback(url) ? 'off' : 'verify',
  };
  return Connection.parse({ id: 'connection/reviews', type: 'database', settings });
}

/** Writes reviews into a schema of their own, `tributary_demo`. Done twice, it is done once. */
export async function fillDatabase(home: string, url: URL): Promise<number> {
  const reviews = await makeReviews(home);
  const client = new Client({ connectionString: url.href, ssl: !isLoopback(url) });
  await client.connect();
  try {
    await client.query('CREATE SCHEMA IF NOT EXISTS tributary_demo');
    await client.query(`CREATE TABLE IF NOT EXISTS tributary_demo.reviews (
      review_id text PRIMARY KEY, member_id text, sku text, stars integer, written_at timestamptz NOT NULL)`);
    await client.query(
      `INSERT INTO tributary_demo.reviews
      SELECT * FROM jsonb_to_recordset($1::jsonb)
        AS r (review_id text, member_id text, sku text, stars integer, written_at timestamptz)
      ON CONFLICT DO NOTHING`,
      [JSON.stringify(reviews)],
    );
  } finally {
    await client.end();
  }
  return reviews.length;
}

/** One member in five has written of a product. */
async function makeReviews(home: string) {
  const random = new Random('acme/reviews');
  const skus = (await cellsOf(home, 'catalog/2026-10-01/products.csv', 0)).filter((sku) => sku !== '');
  const members = (await cellsOf(home, 'truth.csv', 1)).filter((key) => key.startsWith('L'));
  return members
    .filter(() => random.chance(0.2))
    .map((member_id, n) => ({
      review_id: `R${n + 1}`,
      member_id,
      sku: random.pick(skus),
      stars: random.pick([1, 2, 3, 4, 4, 5, 5, 5]),
      written_at: new Date(random.between(moment(2026, 4), moment(2026, 10)) * 1000).toISOString(),
    }));
}

/** A column of a CSV of the inbox, none of whose first cells has a comma, without its header. */
async function cellsOf(home: string, name: string, column: number): Promise<string[]> {
  const read = (folder: string) => readFile(join(folder, name), 'utf8');
  const text = await read(inboxFolder(home, demoTenant)).catch(() => read(archiveFolder(home, demoTenant)));
  const rows = text.trimEnd().split('\n').slice(1);
  return rows.map((row) => row.split(',')[column] ?? '');
}
