import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BenchData, makeBenchData } from './data.ts';
import { measureFloor } from './floor.ts';
import { median } from './median.ts';
import { type Measured, measurePipeline } from './pipeline.ts';

/** Prints what the README's figures are made of: medians of several runs. `npm run bench -- 100000 300000 1000000` */
const sizes = process.argv.slice(2).map(Number);
const asked = sizes.length > 0 ? sizes : [100_000, 300_000, 1_000_000];
const times = 3;
const kinds = ['full', 'changes', 'nothing'] as const;
type Figures = Record<(typeof kinds)[number], Measured> & { floor: number; ratio: number };

const line = (cells: (string | number)[]) => console.log(cells.map((cell) => String(cell).padStart(12)).join(''));
const round = (value: number) => value.toFixed(2);

/**
 * Of several runs the median of each figure, and the most memory that any of them took. The floor is measured before and
 * after each run, and a run is held against those two: a shared machine's speed changes from minute to minute.
 */
async function measure(data: BenchData): Promise<Figures> {
  const floors = [await measureFloor(data)];
  const runs: Record<(typeof kinds)[number], Measured>[] = [];
  for (let time = 0; time < times; time++) {
    runs.push(await measurePipeline(data));
    floors.push(await measureFloor(data));
  }
  const figures = kinds.map((kind) => [kind, typical(runs.map((run) => run[kind]))]);
  const ratios = runs.map(({ full }, n) => (2 * full.seconds) / ((floors[n] ?? 0) + (floors[n + 1] ?? 0)));
  return { ...Object.fromEntries(figures), floor: median(floors), ratio: median(ratios) } as Figures;
}

function typical(runs: Measured[]): Measured {
  const names = [...new Set(runs.flatMap(({ steps }) => Object.keys(steps)))];
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    ended: median(runs.map(({ ended }) => ended)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
    steps: Object.fromEntries(names.map((name) => [name, median(runs.map(({ steps }) => steps[name] ?? 0))])),
  };
}

console.log(
  `customer records and 5 order lines each: files to Customer 360; floor = DuckDB reads the same files and writes Parquet; medians of ${times} runs`,
);
line(['records', 'floor s', 'full s', '× floor', 'ended s', 'peak GiB', '1 % s', '1 %/full', 'nothing s', 'exponent']);
let before: { records: number; seconds: number } | undefined;
const measured: [number, Figures][] = [];
for (const customers of asked) {
  const folder = resolve('.bench', String(customers));
  await mkdir(folder, { recursive: true });
  const data = await makeBenchData({ customers, folder });
  const figures = await measure(data);
  const { full, changes, nothing, floor, ratio } = figures;
  const exponent = before ? Math.log(full.seconds / before.seconds) / Math.log(customers / before.records) : Number.NaN;
  line([
    customers,
    round(floor),
    round(full.seconds),
    round(ratio),
    round(full.ended),
    round(Math.max(...kinds.map((kind) => figures[kind].peakBytes)) / 2 ** 30),
    round(changes.seconds),
    round(changes.seconds / full.seconds),
    round(nothing.seconds),
    round(exponent),
  ]);
  before = { records: customers, seconds: full.seconds };
  measured.push([customers, figures]);
}
for (const [customers, { full, changes }] of measured) {
  console.log(`\nseconds of work by step, ${customers} records (full run, 1 % changed)`);
  for (const [step, seconds] of Object.entries(full.steps))
    line([step.padEnd(20), round(seconds), round(changes.steps[step] ?? 0)]);
}
