import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveryDates, generateDemo } from '../../samples/generate/demo.ts';
import { type SourceFileName, sourceFiles } from '../../samples/generate/source-files.ts';

const people = 2000;
const home = mkdtempSync(join(tmpdir(), 'tributary-demo-'));
const folder = join(home, 'first');
let written: { files: number; rows: number; bytes: number };
beforeAll(async () => {
  written = await generateDemo({ folder, people });
});
afterAll(() => rmSync(home, { recursive: true }));

const pathsIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile());
const digest = (root: string): string[] =>
  pathsIn(root)
    .sort()
    .map(
      (path) =>
        `${path} ${createHash('sha256')
          .update(readFileSync(join(root, path)))
          .digest('hex')}`,
    );

type Fields = Record<string, string>;

/** Cells of a delimited line; no cell of these files has a line break. */
function cells(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  // At a delimiter that an even number of quotes follows.
  return line.split(delimiter === '|' ? /\|(?=(?:[^"]*"[^"]*")*[^"]*$)/ : /,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
}

interface Delivered {
  /** Good rows, by delivery. */
  rows: Fields[][];
  malformed: number;
  lines: number;
}
const read = new Map<SourceFileName, Delivered>();

function deliveries(name: SourceFileName): Delivered {
  const known = read.get(name) ?? parseDeliveries(name);
  read.set(name, known);
  return known;
}

function parseDeliveries(name: SourceFileName): Delivered {
  const { path, format, columns, key, date } = sourceFiles[name];
  let [malformed, lines] = [0, 0];
  const good = (row: Fields, width: number) => {
    lines++;
    const fine = Boolean(row[key]) && row[date] !== '2026-02-30' && width === columns.length;
    if (!fine) malformed++;
    return fine;
  };
  const rows = deliveryDates().map((day) => {
    const bytes = readFileSync(join(folder, path.replace('{date}', day)));
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    if (format === 'json') return (JSON.parse(text) as Fields[]).filter((row) => good(row, Object.keys(row).length));
    const all = text.trimEnd().split('\n');
    if (format === 'xml') {
      const row = (line: string): Fields =>
        Object.fromEntries(
          [...line.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, column = '', cell = '']) => [column, cell]),
        );
      return all
        .filter((line) => line.startsWith('<call>'))
        .map(row)
        .filter((fields) => good(fields, Object.keys(fields).length));
    }
    if (format === 'ndjson') {
      return all.map((line) => JSON.parse(line) as Fields).filter((row) => good(row, Object.keys(row).length));
    }
    expect(all.shift()).toBe(columns.join(format === 'psv' ? '|' : ','));
    return all
      .map((line) => cells(line, format === 'psv' ? '|' : ','))
      .filter((row) => good(Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ''])), row.length))
      .map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ''])));
  });
  return { rows, malformed, lines };
}

describe('the demo generator', () => {
  test('gives the same bytes for the same seed, and others for another', async () => {
    await generateDemo({ folder: join(home, 'again'), people });
    await generateDemo({ folder: join(home, 'other'), people, seed: 'other' });
    expect(digest(join(home, 'again'))).toEqual(digest(folder));
    expect(digest(join(home, 'other'))).not.toEqual(digest(folder));
  });

  test('writes every file on every day, and says how much', () => {
    const expected = deliveryDates().flatMap((day) =>
      Object.values(sourceFiles).map(({ path }) => path.replace('{date}', day)),
    );
    expect(pathsIn(folder).sort()).toEqual([...expected, 'truth.csv'].sort());
    expect(written.files).toBe(expected.length);
    expect(written.bytes).toBe(expected.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0));
  });

  test('tells of every customer row whose it is', () => {
    const truth = new Map<string, string>();
    for (const line of readFileSync(join(folder, 'truth.csv'), 'utf8').trim().split('\n').slice(1)) {
      const [datasource = '', pk = '', person = ''] = line.split(',');
      expect(truth.has(`${datasource}/${pk}`), 'a row twice').toBe(false);
      truth.set(`${datasource}/${pk}`, person);
    }
    const seen = new Set<string>();
    const tables = [
      ['web_customers', 'webCustomers'],
      ['stores_customers', 'storeCustomers'],
      ['loyalty_members', 'members'],
      ['call_centre_calls', 'calls'],
    ] as const;
    for (const [datasource, name] of tables) {
      for (const row of deliveries(name).rows.flat()) seen.add(`${datasource}/${row[sourceFiles[name].key]}`);
    }
    expect([...seen].sort()).toEqual([...truth.keys()].sort());
    const perPerson = truth.size / new Set(truth.values()).size;
    expect(perPerson).toBeGreaterThan(1.5);
    expect(perPerson).toBeLessThan(2.6);
  });

  test('spoils some rows of large files and never near one in a hundred', () => {
    for (const name of Object.keys(sourceFiles) as SourceFileName[]) {
      const { malformed, lines } = deliveries(name);
      expect(malformed / lines, name).toBeLessThan(0.004);
    }
    expect(deliveries('orderLines').malformed).toBeGreaterThan(3);
  });

  test('brings changes of known customers, orders and consent in the daily deliveries', () => {
    for (const name of ['webCustomers', 'storeCustomers', 'members', 'orders', 'subscriptions'] as const) {
      const [first = [], ...daily] = deliveries(name).rows;
      const { key } = sourceFiles[name];
      const known = new Set(first.map((row) => row[key]));
      expect(
        daily.flat().some((row) => known.has(row[key])),
        `${name} updates`,
      ).toBe(true);
      expect(
        daily.flat().some((row) => !known.has(row[key])),
        `${name} additions`,
      ).toBe(true);
    }
  });

  test('has orders whose totals are the sum of their lines, negative where they take something back', () => {
    const cents = (text: string | undefined) => Math.round(Number(text) * 100);
    const revenue = new Map<string, number>();
    const grain = new Map(
      deliveries('orderLines')
        .rows.flat()
        .map((line) => [`${line.order_id}/${line.sku}`, line]),
    );
    for (const { order_id = '', revenue: line } of grain.values()) {
      revenue.set(order_id, (revenue.get(order_id) ?? 0) + cents(line));
    }
    const wrongLines = [...grain.values()].filter(
      (line) =>
        cents(line.subtotal) !== cents(line.list_price) * Number(line.quantity) ||
        cents(line.revenue) !== cents(line.subtotal) - cents(line.discount),
    );
    const wrongOrders = deliveries('orders')
      .rows.flat()
      .filter((order) => {
        const sold = revenue.get(order.order_id ?? '') ?? Number.NaN;
        const total = sold - cents(order.discount) + cents(order.shipping) + cents(order.tax);
        return Math.sign(sold) !== (order.kind === 'sale' ? 1 : -1) || cents(order.total) !== total;
      });
    expect([wrongLines, wrongOrders]).toEqual([[], []]);
  });

  test('has the trouble of real customers: shared mailboxes and phones, junk, namesakes with Jr and Sr', () => {
    const web = deliveries('webCustomers').rows.flat();
    const share = (of: (row: Fields) => boolean) => web.filter(of).length / web.length;
    expect(share(({ email }) => email === '')).toBeLessThan(0.03);
    expect(share(({ email = '' }) => /^(test@test|none@none|na@na|noemail@|no@email)/.test(email))).toBeGreaterThan(
      0.003,
    );
    expect(share(({ phone }) => phone === '')).toBeLessThan(0.5);
    expect(share(({ suffix }) => suffix === 'Jr' || suffix === 'Sr')).toBeGreaterThan(0.001);
    const owners = new Map<string, Set<string>>();
    for (const { email = '', last_name, first_name } of web) {
      if (email.startsWith('the'))
        owners.set(email, (owners.get(email) ?? new Set()).add(`${first_name} ${last_name}`));
    }
    expect([...owners.values()].some((names) => names.size > 1)).toBe(true);
  });
});
