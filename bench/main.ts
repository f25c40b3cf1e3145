import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeBenchData } from './data.ts';
import { measureFloor } from './floor.ts';
import { type Measured, measurePipeline } from './pipeline.ts';

/** Prints what the README's figures are made of. `npm run bench -- 100000 300000 1000000` */
const sizes = process.argv.slice(2).map(Number);
const asked = sizes.length > 0 ? sizes : [100_000, 300_000, 1_000_000];

const line = (cells: (string | number)[]) => console.log(cells.map((cell) => String(cell).padStart(12)).join(''));
const round = (value: number) => value.toFixed(2);
const gigabytes = (run: Measured) => round(run.peakBytes / 2 ** 30);

console.log(
  'customer records and 5 order lines each: files to Customer 360; floor = DuckDB reads the same files and writes Parquet',
);
line(['records', 'floor s', 'full s', '× floor', 'peak GiB', '1 % s', '1 %/full', 'nothing s', 'exponent']);
let before: { records: number; seconds: number } | undefined;
const steps: [number, Record<string, number>, Record<string, number>][] = [];
for (const customers of asked) {
  const folder = resolve('.bench', String(customers));
  await mkdir(folder, { recursive: true });
  const data = await makeBenchData({ customers, folder });
  const floor = await measureFloor(data);
  const { full, changes, nothing } = await measurePipeline(data);
  const exponent = before ? Math.log(full.seconds / before.seconds) / Math.log(customers / before.records) : Number.NaN;
  line([
    customers,
    round(floor.median),
    round(full.seconds),
    round(full.seconds / floor.median),
    gigabytes(full),
    round(changes.seconds),
    round(changes.seconds / full.seconds),
    round(nothing.seconds),
    round(exponent),
  ]);
  before = { records: customers, seconds: full.seconds };
  steps.push([customers, full.steps, changes.steps]);
}
for (const [customers, full, changes] of steps) {
  console.log(`\nseconds of work by step, ${customers} records (full run, 1 % changed)`);
  for (const [step, seconds] of Object.entries(full))
    line([step.padEnd(20), round(seconds), round(changes[step] ?? 0)]);
}
