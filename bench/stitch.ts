import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { labelledFiles, rival, withoutTruth } from './labelled.ts';
import { median } from './median.ts';

/**
 * `stitch resolve` against Splink 5, in turn, from CSV to ids: the sum of all stages of each, which leaves out the start of Node
 * and of Python; of ours the whole command too; and the most memory. Medians of three. `npm run bench:stitch -- cdp_120k`
 */
const times = 3;
const line = (cells: (string | number)[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(20) : String(cell).padStart(12))).join(''));

interface Run {
  /** Of all stages. */
  seconds: number;
  processor: number;
  megabytes: number;
}

/** `command`: from its start to its end. */
function ours(path: string): Run & { command: number } {
  const out = join(path, '..', 'people.parquet');
  const report = `${path}.report`;
  const command = ['stitch', 'resolve', path, '--out', out, '--key', 'record_id', '--report', report];
  const timed = ['-f', '%e %U %S %M', '-o', `${path}.time`, process.execPath, resolve('bin/tributary.mjs'), ...command];
  execFileSync('/usr/bin/time', timed, { stdio: 'ignore' });
  const [whole = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(`${path}.time`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  const stages: Record<string, number> = JSON.parse(readFileSync(`${report}.json`, 'utf8')).seconds;
  const seconds = Object.values(stages).reduce((sum, stage) => sum + stage, 0);
  return { seconds, command: whole, processor: user + system, megabytes: kilobytes / 1024 };
}

function theirs(path: string, config: string, bare: string): Run {
  const out = `${bare}.splink.json`;
  execFileSync(rival, [path, config, out], { stdio: 'ignore' });
  const { total_s, cpu_s, peak_rss_mb } = JSON.parse(readFileSync(out, 'utf8'));
  return { seconds: total_s, processor: cpu_s, megabytes: peak_rss_mb };
}

const typical = <Of extends string>(runs: readonly Record<Of, number>[], of: Of) => median(runs.map((run) => run[of]));

line(['set', 'ours s', 'Splink s', 'ratio', 'command s', 'ours cpu s', 'Splink cpu', 'ours MB', 'Splink MB']);
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
    typical(mine, 'command').toFixed(2),
    typical(mine, 'processor').toFixed(2),
    typical(rivals, 'processor').toFixed(2),
    Math.round(typical(mine, 'megabytes')),
    Math.round(typical(rivals, 'megabytes')),
  ]);
}
