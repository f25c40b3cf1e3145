import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TranslateOptions } from '../../core/sql/translate.ts';
import { type Answer, cell, duckOptions, sampleTables } from './parity.ts';

const scripts = join(import.meta.dirname, '../aws/emulator');

/** A real Trino, or why there is none. The first start downloads it. */
export function startTrino(): { url: string } | { absent: string } {
  try {
    return { url: execFileSync(join(scripts, 'start-trino.sh'), { encoding: 'utf8', timeout: 600_000 }).trim() };
  } catch (cause) {
    return { absent: `Trino did not start: ${(cause as { stderr?: string }).stderr ?? cause}` };
  }
}

export const stopTrino = (): void => void execFileSync(join(scripts, 'stop-trino.sh'));

/** Physical names are those of the sample tables in Trino's memory. */
export const trinoOptions: TranslateOptions = {
  ...duckOptions,
  tables: (name) => (duckOptions.tables(name) === undefined ? undefined : `memory.shop."${name.table}"`),
};

interface Page {
  columns?: { name: string; type: string }[];
  data?: unknown[][];
  error?: { errorName: string; message: string };
  nextUri?: string;
}

const HEADERS = {
  'X-Trino-User': 'parity',
  'X-Trino-Catalog': 'memory',
  'X-Trino-Schema': 'shop',
  'X-Trino-Time-Zone': 'UTC',
  'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
};

/** Integers beyond 2^53 stay exact: they are made strings before the page is parsed. */
const parsePage = (text: string): Page => JSON.parse(text.replace(/(?<=[[,])(-?\d{16,})(?=[\],])/g, '"$1"')) as Page;

export async function askTrino(url: string, sql: string): Promise<Answer> {
  let page = parsePage(
    await (await fetch(`${url}/v1/statement`, { method: 'POST', body: sql, headers: HEADERS })).text(),
  );
  const answer: Answer = { types: [], names: [], rows: [] };
  for (;;) {
    if (page.columns !== undefined) {
      answer.names = page.columns.map((column) => column.name);
      answer.types = page.columns.map((column) => column.type);
    }
    for (const row of page.data ?? []) answer.rows.push(row.map((value) => cell(value)));
    if (page.error !== undefined)
      return { types: [], names: [], rows: [], error: `${page.error.errorName}: ${page.error.message}` };
    if (page.nextUri === undefined) return answer;
    page = parsePage(await (await fetch(page.nextUri)).text());
  }
}

/** Makes the sample tables. */
export async function fillTrino(url: string): Promise<void> {
  await askTrino(url, 'create schema if not exists memory.shop');
  for (const { name, sql } of sampleTables()) {
    await askTrino(url, `drop table if exists ${name}`);
    const made = await askTrino(url, `create table ${name} as ${sql}`);
    if (made.error !== undefined) throw new Error(`${name}: ${made.error}`);
  }
}
