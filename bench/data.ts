import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  cities,
  emailDomains,
  givenNames,
  nicknames,
  streetKinds,
  streets,
  surnames,
} from '../samples/generate/names.ts';
import type { Weighted } from '../samples/generate/random.ts';
import {
  type CustomerSource,
  customerSources,
  customersSql,
  macrosSql,
  recordsSql,
  truthSql,
} from './customers-sql.ts';
import { linesSql } from './lines-sql.ts';

export interface BenchFile {
  /** The table that the file's feed makes. */
  table: string;
  /** Inside the folder. */
  path: string;
  rows: number;
  bytes: number;
}

export interface BenchData {
  folder: string;
  customers: number;
  /** The whole, then one percent of it: changed and new rows. */
  deliveries: { date: string; files: BenchFile[] }[];
}

export const benchDates = ['2026-10-01', '2026-10-02'] as const;

/**
 * Files of so many customer records, of 2.45 times fewer people in three sources, and five times as many order lines;
 * and `truth.csv`, whose each record is. A folder that has them already is left as it is.
 */
export async function makeBenchData({ customers, folder }: { customers: number; folder: string }): Promise<BenchData> {
  const note = join(folder, 'bench-data.json');
  const made = await readFile(note, 'utf8').then(
    (text) => JSON.parse(text) as BenchData,
    () => undefined,
  );
  if (made?.customers === customers) return { ...made, folder };
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(listsSql() + macrosSql);
    // Of a table DuckDB reads parts side by side, of range() it doesn't.
    await connection.run(`CREATE TABLE numbers AS FROM range(${customers * 6}) AS numbers(n)`);
    const deliveries = [
      { date: benchDates[0], files: await firstDelivery(connection, customers, folder) },
      { date: benchDates[1], files: await changes(connection, customers, folder) },
    ];
    await write(connection, folder, 'truth.csv', '', truthSql(customers + fresh(customers)));
    const data = { folder, customers, deliveries };
    // Last, so that files which a stopped run left half made are made again.
    await writeFile(note, `${JSON.stringify(data, null, 2)}\n`);
    return data;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function firstDelivery(connection: DuckDBConnection, customers: number, folder: string): Promise<BenchFile[]> {
  await connection.run(`CREATE TABLE records AS ${recordsSql(`r < ${customers}`, false)}`);
  const files = await customerFiles(connection, folder, benchDates[0]);
  const lines = linesSql({ from: 0, to: customers * 5, customers, since: '2023-10-01 00:00:00', seconds: 94_600_000 });
  files.push(await write(connection, folder, `shop/${benchDates[0]}/order-lines.csv`, 'shop_order_lines', lines));
  await connection.run('DROP TABLE records');
  return files;
}

/** New customers of the second delivery: two in a thousand. */
const fresh = (customers: number): number => Math.floor(customers / 500);

/** Of each hundred rows one: mostly new details of known customers, mostly new orders. */
async function changes(connection: DuckDBConnection, customers: number, folder: string): Promise<BenchFile[]> {
  const chosen = `r < ${customers} AND chance(r, 'changed', 0.8) OR r >= ${customers} AND r < ${customers + fresh(customers)}`;
  await connection.run(`CREATE TABLE records AS ${recordsSql(chosen, true)}`);
  const files = await customerFiles(connection, folder, benchDates[1]);
  await connection.run('DROP TABLE records');
  const now = `${benchDates[1]} 00:00:00`;
  const range = { customers, since: now, seconds: 86_000 };
  const from = customers * 5;
  const lines = linesSql({ ...range, from, to: from + Math.floor(customers / 20) });
  files.push(await write(connection, folder, `shop/${benchDates[1]}/order-lines.csv`, 'shop_order_lines', lines));
  return files;
}

async function customerFiles(connection: DuckDBConnection, folder: string, date: string): Promise<BenchFile[]> {
  const files: BenchFile[] = [];
  for (const source of Object.keys(customerSources) as CustomerSource[]) {
    const sql = customersSql(source, 'FROM records');
    files.push(await write(connection, folder, `${source}/${date}/customers.csv`, `${source}_customers`, sql));
  }
  return files;
}

async function write(connection: DuckDBConnection, folder: string, path: string, table: string, sql: string) {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  const { rowsChanged: rows } = await connection.run(
    `COPY (${sql}) TO '${target.replaceAll("'", "''")}' (FORMAT csv, HEADER)`,
  );
  return { table, path, rows, bytes: (await stat(target)).size };
}

/** The lists as DuckDB variables, each value as often as it is frequent. */
function listsSql(): string {
  const slots = <Value>({ values, totals }: Weighted<Value>, count: number): Value[] => {
    const total = totals.at(-1) ?? 1;
    let at = 0;
    return Array.from({ length: count }, (_, slot) => {
      while ((totals[at] ?? total) <= (slot / count) * total) at++;
      return values[at] as Value;
    });
  };
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const given = [...slots(givenNames.F, 1024), ...slots(givenNames.M, 1024)].map(
    (name) => `{name: ${text(name)}, nickname: ${text(nicknames.get(name)?.[0] ?? name)}}`,
  );
  const towns = slots(cities, 256).map(
    (city) => `{name: ${text(city.name)}, state: ${text(city.state)}, postal: ${text(city.postal)}}`,
  );
  const lists = {
    given_names: given,
    surnames: slots(surnames, 8192).map(text),
    cities: towns,
    area_codes: cities.values.flatMap(({ areaCodes }) => areaCodes).map(text),
    streets: streets.map(text),
    street_kinds: streetKinds.map((kind) => `[${kind.map(text)}]`),
    domains: slots(emailDomains, 100).map(text),
  };
  return Object.entries(lists)
    .map(([name, values]) => `SET VARIABLE ${name} = [${values}];\n`)
    .join('');
}
