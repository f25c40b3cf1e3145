import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createFileReader } from '../adapters/files/reader.ts';
import { Feed } from '../core/contracts/sources.ts';

/**
 * Reads large files through a feed: megabytes a second, what they take of the processor, the most memory, and how the rate
 * compares with that of the first size.
 * `npm run bench:files -- 0.1 10` makes files of 0.1 and 10 GB, `npm run bench:files -- xml 0.1 10` of one kind; the disk
 * holds three times the largest.
 */
const asked = process.argv.slice(2);
const folder = resolve('.bench/files');
const feed = Feed.parse({
  id: 'feed/bench',
  source: 'bench',
  name: 'people',
  fields: [
    { field: 'id', type: 'Integer' },
    { field: 'name' },
    { field: 'email' },
    { field: 'spent', type: 'Decimal(2)' },
  ],
  primary_key: ['id'],
});

const row = (n: number) => ({
  id: n,
  name: `Person Number ${n}`,
  email: `person.${n}@example.com`,
  spent: (n % 99_999) / 100,
});
const kinds: Record<string, { head: string; line: (n: number) => string; tail: string }> = {
  csv: { head: 'id,name,email,spent\n', line: (n) => `${Object.values(row(n)).join(',')}\n`, tail: '' },
  ndjson: { head: '', line: (n) => `${JSON.stringify(row(n))}\n`, tail: '' },
  xml: {
    head: '<people>\n',
    line: (n) =>
      `<row>${Object.entries(row(n))
        .map(([name, value]) => `<${name}>${value}</${name}>`)
        .join('')}</row>\n`,
    tail: '</people>\n',
  },
};

/** The process that is measured: it reads one file and no more. */
async function read(kind: string, path: string): Promise<void> {
  const outFolder = `${path}.out`;
  const began = performance.now();
  const before = process.cpuUsage();
  const counts = await createFileReader({ memoryLimit: '400MB', threads: 2 }).read({
    path,
    name: kind,
    format: kind === 'xml' ? { type: kind, row_tag: 'row' } : { type: kind },
    feed,
    timeZone: 'UTC',
    generatedUpdated: 0n,
    outFolder,
    signal: new AbortController().signal,
  });
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  const processor = (user + system) / 1e6;
  console.log(JSON.stringify({ seconds, processor, megabytes: Number(kilobytes) / 1024, rows: counts.rows_staged }));
  await rm(outFolder, { recursive: true });
}

async function make(kind: string, path: string, bytes: number): Promise<void> {
  const { head = '', line = () => '', tail = '' } = kinds[kind] ?? {};
  function* chunks() {
    yield head;
    for (let [n, made] = [1, 0]; made < bytes; ) {
      let chunk = '';
      while (chunk.length < 1_000_000) chunk += line(n++);
      made += chunk.length;
      yield chunk;
    }
    yield tail;
  }
  await pipeline(Readable.from(chunks()), createWriteStream(path));
}

async function measureAll(chosen: readonly string[], sizes: readonly number[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const line = (cells: (string | number)[]) => console.log(cells.map((cell) => String(cell).padStart(12)).join(''));
  line(['format', 'GB', 'rows', 'seconds', 'processor', 'MB/s', 'peak MB', '× first']);
  for (const kind of chosen) {
    let firstRate: number | undefined;
    for (const size of sizes) {
      const path = join(folder, `people.${kind}`);
      await make(kind, path, size * 1e9);
      const script = [resolve('bin/run.mjs'), 'bench/files.ts', 'read', kind, path];
      const said = JSON.parse(
        execFileSync(process.execPath, script, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
      );
      const rate = (await stat(path)).size / 1e6 / said.seconds;
      firstRate ??= rate;
      line([
        kind,
        size,
        said.rows,
        said.seconds.toFixed(1),
        said.processor.toFixed(1),
        rate.toFixed(0),
        Math.round(said.megabytes),
        (firstRate / rate).toFixed(2),
      ]);
      await rm(path);
    }
  }
}

if (asked[0] === 'read') await read(asked[1] ?? '', asked[2] ?? '');
else {
  const chosen = asked.filter((word) => word in kinds);
  const sizes = asked.filter((word) => !(word in kinds)).map(Number);
  await measureAll(chosen.length > 0 ? chosen : Object.keys(kinds), sizes.length > 0 ? sizes : [0.1, 10]);
}
