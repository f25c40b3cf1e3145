import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BenchData, makeBenchData } from '../../bench/data.ts';
import { benchDocuments } from '../../bench/tenant.ts';
import type { Feed } from '../../core/contracts/sources.ts';
import { validateDocuments } from '../../core/environments/validate.ts';

const customers = 5000;
const home = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
let data: BenchData;
beforeAll(async () => {
  data = await makeBenchData({ customers, folder: join(home, 'first') });
});
afterAll(() => rmSync(home, { recursive: true }));

/** Rows of a file of the bench; no cell of them is quoted. */
const rowsOf = (path: string): string[][] =>
  readFileSync(join(home, 'first', path), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
const filesOf = (delivery: number) => data.deliveries[delivery]?.files ?? [];
const customerFiles = (delivery: number) => filesOf(delivery).filter(({ table }) => table.endsWith('_customers'));

describe('the files of the bench', () => {
  test('have as many customer records as asked for and five times as many order lines, then one percent', () => {
    const rows = (delivery: number, of: RegExp) =>
      filesOf(delivery)
        .filter(({ table }) => of.test(table))
        .reduce((sum, file) => sum + file.rows, 0);
    expect(rows(0, /_customers$/)).toBe(customers);
    expect(rows(0, /_lines$/)).toBe(customers * 5);
    expect(rows(1, /_customers$/) / customers).toBeCloseTo(0.01, 2);
    expect(rows(1, /_lines$/)).toBe(customers / 20);
    for (const { path, rows } of filesOf(0)) expect(rowsOf(path).length - 1, path).toBe(rows);
  });

  test('are the same wherever they are made', async () => {
    const again = await makeBenchData({ customers, folder: join(home, 'again') });
    expect(again.deliveries).toEqual(data.deliveries);
    const digest = (folder: string, path: string) =>
      createHash('sha256')
        .update(readFileSync(join(home, folder, path)))
        .digest('hex');
    for (const path of [...[0, 1].flatMap(filesOf).map((file) => file.path), 'truth.csv']) {
      expect(digest('again', path), path).toBe(digest('first', path));
    }
  });

  test('tell whose every record is, some known and some new in the second delivery', () => {
    const truth = rowsOf('truth.csv').slice(1);
    const known = new Set(truth.map(([datasource, pk]) => `${datasource}/${pk}`));
    expect(known.size).toBe(truth.length);
    const keys = (delivery: number) =>
      customerFiles(delivery).flatMap(({ table, path }) =>
        rowsOf(path)
          .slice(1)
          .map(([pk]) => `${table}/${pk}`),
      );
    const [first, second] = [new Set(keys(0)), keys(1)];
    expect([...first, ...second].filter((key) => !known.has(key))).toEqual([]);
    expect(second.some((key) => first.has(key))).toBe(true);
    expect(second.some((key) => !first.has(key))).toBe(true);
    expect(truth.length / new Set(truth.map(([, , person]) => person)).size).toBeCloseTo(2.45, 1);
  });

  test('have the columns of the feeds of a valid tenant', () => {
    expect(validateDocuments(benchDocuments).errors).toEqual([]);
    const feeds = benchDocuments.filter((document): document is Feed => document.id.startsWith('feed/'));
    for (const { table, path } of filesOf(0)) {
      const feed = feeds.find(({ source, name }) => `${source}_${name}` === table);
      expect(
        feed?.fields.map(({ field }) => field),
        path,
      ).toEqual(rowsOf(path)[0]);
    }
  });

  test('have order lines of customers that are there, each product once an order', () => {
    const ids = new Set(customerFiles(0).flatMap(({ path }) => rowsOf(path).map(([id]) => id)));
    const lines = rowsOf('shop/2026-10-01/order-lines.csv').slice(1);
    expect(lines.filter(([, , customer]) => !ids.has(customer))).toEqual([]);
    expect(new Set(lines.map(([order, product]) => `${order}/${product}`)).size).toBe(lines.length);
  });
});
