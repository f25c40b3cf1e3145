import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { labelledFiles, rival, withoutTruth } from './labelled.ts';
import { median } from './median.ts';

/**
 * `stitch resolve` against Splink 5, in turn, from CSV to ids: seconds on the clock without the start of Node and Python
 * being taken off ours, and the most memory. Medians of three. `npm run bench:stitch -- cdp_120k`
 */
const times = 3;
const line = (cells: (string | number)[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(20) : String(cell).padStart(12))).join(''));

interface Run {
  seconds: number;
  processor: number;
  megabytes: number;
}

function ours(path: string): Run {
  const out = join(path, '..', 'people.parquet');
  const command = [resolve('bin/tributary.mjs'), 'stitch', 'resolve', path, '--out', out, '--key', 'record_id'];
  const timed = ['-f', '%e %U %S %M', '-o', `${path}.time`, process.execPath, ...command];
  execFileSync('/usr/bin/time', timed, { stdio: 'ignore' });
  const [seconds = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(`${path}.time`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  return { seconds, processor: user + system, megabytes: kilobytes / 1024 };
}

function theirs(path: string, config: string, bare: string): Run {
  const out = `${bare}.splink.json`;
  execFileSync(rival, [path, config, out], { stdio: 'ignore' });
  const { total_s, cpu_s, peak_rss_mb } = JSON.parse(readFileSync(out, 'utf8'));
  return { seconds: total_s, processor: cpu_s, megabytes: peak_rss_mb };
}

const typical = (runs: readonly Run[], of: keyof Run) => median(runs.map((run) => run[of]));

line(['set', 'ours s', 'Splink s', 'ratio', 'ours cpu s', 'Splink cpu', 'ours MB', 'Splink MB']);
for (const { name, config, path } of labelledFiles(process.argv.slice(2))) {
  const bare = await withoutTruth({ name, config, path });
  const runs = Array.from({ length: times }, () => ({ mine: ours(bare), rivals: theirs(path, config, bare) }));
  const [mine, rivals] = [runs.map((run) => run.mine), runs.map((run) => run.rivals)];
  const [a, b] = [typical(mine, 'seconds'), typical(rivals, 'seconds')];
  line([
    name,
    a.toFixed(2),
    b.toFixed(2),
    (a / b).toFixed(2),
    typical(mine, 'processor').toFixed(2),
    typical(rivals, 'processor').toFixed(2),
    Math.round(typical(mine, 'megabytes')),
    Math.round(typical(rivals, 'megabytes')),
  ]);
}
