import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PersonStory } from '../../core/contracts/person.ts';
import type { Run } from '../../core/contracts/runs.ts';
import { ownerOf } from '../../local/home.ts';
import { cli, shown, startCli } from '../support/cli.ts';

let folder: string;
let home: string;
let server: ReturnType<typeof startCli> | undefined;
const tributary = (...args: string[]) => cli(home, ...args);
const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await tributary(...args, '--json');
  if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-cli-'));
  home = join(folder, 'home');
}, 10_000);
afterAll(async () => {
  server?.process.kill('SIGKILL');
  await server?.outcome;
  await rm(folder, { recursive: true, force: true });
});

describe('a first start', () => {
  test('makes the demo, runs it end to end, and tells what came of it without a terminal', async () => {
    const { code, stdout, stderr } = await tributary('start', '--once', '--people', '170');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const told of [
      /^Sent events of its web shop to a stream, and calls, encrypted, by SFTP on port \d+$/m,
      /^Sources: done in .*: 7 couriers, \d+ new files$/m,
      /^Feeds: call-centre-calls: 4 files, [\d,]+ rows, \d+ rejected$/m,
      /^Feeds: web-events: 1 file, [\d,]+ rows, \d+ rejected$/m,
      /^Feeds: web-customers: 4 files, [\d,]+ rows, \d+ rejected$/m,
      /^✔ Done in /m,
      /^feed +files +rows read +inserted +updated +unchanged +rejected$/m,
      /^[\d,]+ records → [\d,]+ people, [\d.]+ % duplicates$/m,
      /^Customer 360: \d+ tables$/m,
      /^Why they are one person/m,
      /^Time {2}Sources .* Stitch .* Customer 360 /m,
    ]) {
      expect(stdout).toMatch(told);
    }
  }, 180_000);

  test('leaves a home that commands open by themselves', async () => {
    const tables = await json<{ schema: string; name: string }[]>('tables');
    expect(tables.map(({ schema, name }) => `${schema}.${name}`)).toContain('customer360.customer_360');
    expect(await ownerOf(home)).toBeUndefined();
  });
});

describe('a later start', () => {
  test('shows the same run, serves, and refuses another that would own the home', async () => {
    server = startCli(home, ['start', '--port', '18360']);
    await shown(server, /^API +http:\/\/127\.0\.0\.1:\d+/m);
    expect(await json<Run[]>('runs', 'list')).toHaveLength(1);
    const second = await tributary('start', '--once');
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^error: .* is in use by process \d+, which serves http:/);
  });
});

describe('what a run made', () => {
  test('can be queried, and a refusal is one sentence with exit code 2', async () => {
    const sql = 'SELECT COUNT(*) AS people FROM merged_customers';
    const { rows } = await json<{ rows: [number | string][] }>('query', sql);
    expect(Number(rows[0]?.[0])).toBeGreaterThan(100);
    const refused = await tributary('query', "SELECT * FROM read_csv('/etc/passwd')");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/^error: .+\n$/);
    expect(refused.stdout).toBe('');
    for (const args of [['query', 'SELECT'], ['nonsense']]) {
      const { code, stderr } = await tributary('--json', ...args);
      expect([code, JSON.parse(stderr)]).toEqual([
        2,
        { error: { type: expect.any(String), message: expect.any(String) } },
      ]);
    }
  });

  test('is shown by the commands of the README, as they are written there', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const commands = [...readme.matchAll(/^npm run tributary -- ((?:query|person|--help).*)$/gm)].map(([, line]) =>
      [...(line ?? '').matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    );
    expect(commands).toHaveLength(3);
    for (const args of commands) expect((await tributary(...args)).stderr).not.toContain('--help says how');
  });

  test('lists the columns of its tables', async () => {
    const told = (await tributary('tables', 'customer_360')).stdout;
    expect(told).toMatch(/^amp_id +String$/m);
    expect(told).toMatch(/^made from .*customer360\.merged_customers/m);
    expect(told).toMatch(/^SELECT/m);
    expect((await tributary('tables', 'nothing')).code).toBe(2);
  });

  test('finds a person by id, e-mail and phone, and says why the records are one', async () => {
    const sql =
      'SELECT amp_id, email, phone FROM merged_customers WHERE email IS NOT NULL AND phone IS NOT NULL ORDER BY 1 LIMIT 1';
    const { rows } = await json<{ rows: [string, string, string][] }>('query', sql);
    const [ampId = '', email = '', phone = ''] = rows[0] ?? [];
    expect((await json<PersonStory>('person', ampId)).amp_id).toBe(ampId);
    for (const who of [email, phone]) {
      const found = await json<PersonStory | PersonStory[]>('person', who);
      expect([found].flat().map(({ amp_id }) => amp_id)).toContain(ampId);
    }
    expect((await tributary('person', 'nobody@nowhere.example')).code).toBe(2);
  });

  test('is corrected by people, who see why, and taken back', async () => {
    const sql = `SELECT MIN(datasource || '/' || pk), amp_id FROM stitch.assignments GROUP BY amp_id ORDER BY amp_id LIMIT 2`;
    const { rows } = await json<{ rows: [string, string][] }>('query', sql);
    const [[one, ampId], [other, otherId]] = rows as [[string, string], [string, string]];
    const merged = await tributary('stitch', 'merge', one, other, '--reason', 'She called');
    expect(merged.stdout).toMatch(/^✔ .* and .* are one person: [0-9a-f-]{36}$/m);
    const listed = await tributary('stitch', 'corrections');
    expect(listed.stdout).toContain(`${one} = ${other}`);
    expect((await tributary('stitch', 'separate', one, other, '--reason', 'No')).stderr).toContain('She called');
    const story = await tributary('person', merged.stdout.includes(ampId) ? otherId : ampId);
    expect(story.stdout).toMatch(/^[0-9a-f-]{36} was merged into this person:$/m);
    const id = /stitch undo (\S+)/.exec(merged.stdout)?.[1] ?? '';
    const undone = await tributary('stitch', 'undo', id, '--reason', 'Her sister');
    expect(undone.stdout).toContain(`are two people: ${ampId} and ${otherId}`);
  }, 60_000);

  test('is scored against the truth of the demo', async () => {
    const truth = join(home, 'tenants/acme/inbox/truth.csv');
    const { pairwise } = await json<{ pairwise: { f1: number } }>('stitch', 'evaluate', truth);
    expect(pairwise.f1).toBeGreaterThan(0.8);
    const packed = join(home, 'truth.csv.gz');
    await writeFile(packed, gzipSync(await readFile(truth)));
    expect(await json('stitch', 'evaluate', packed)).toMatchObject({ pairwise });
  });

  test('explains two records of one person, and two of which others link but nothing joins', async () => {
    const pairs = async (on: string) => {
      const sql = `SELECT a.datasource || '/' || a.pk, b.datasource || '/' || b.pk
        FROM stitch.unified_preprocessed_raw a JOIN stitch.unified_preprocessed_raw b ON a.component_id = b.component_id
        WHERE a.int_id < b.int_id AND ${on} ORDER BY 1, 2 LIMIT 1`;
      return (await json<{ rows: [string, string][] }>('query', sql)).rows[0] ?? ['', ''];
    };
    const one = await pairs('a.amp_id = b.amp_id');
    const page = join(folder, 'why.html');
    const same = await tributary('stitch', 'explain', ...one, '--html', page);
    expect(same.stdout).toMatch(/^one person: /);
    expect(same.stdout).toMatch(/^The path of evidence {2}\d+ hop/m);
    expect(same.stdout).toMatch(/^What would part them {2}.*\d+ pieces? of evidence/m);
    expect(same.stdout).toMatch(/computing\s+them as they/);
    expect(same.stdout).not.toContain('does not give');
    expect(await readFile(page, 'utf8')).toContain('<h2>What would part them</h2>');

    const two = await pairs('a.amp_id <> b.amp_id');
    const apart = await tributary('stitch', 'explain', '--not', ...two);
    expect(apart.stdout).toMatch(/^two people$/m);
    expect(apart.stdout).toMatch(/^What would join them {2}/m);
    expect((await tributary('stitch', 'explain', ...two)).stdout).toMatch(/tributary stitch explain .* --not$/m);
    const gone = await tributary('stitch', 'explain', one[0], 'web_customers/nobody');
    expect(gone.code).toBe(2);
    expect(gone.stderr).toMatch(/^error: no record "nobody" of "web_customers" was stitched/);
  });

  test('is measured, reviewed pair by pair, and let through', async () => {
    const measured = await tributary('stitch', 'benchmarks');
    // The demo's run, and that of the undoing: the correction alone touched too few records to tell a difference.
    expect(measured.stdout).toMatch(/^many-given-names( +0\.\d+ % (optimal|above optimal|high)){2}$/m);
    expect(measured.stdout).toMatch(/^precision( +not known yet){2}$/m);

    const shown = await tributary('stitch', 'review');
    expect(shown.stdout).toMatch(/^pair [0-9a-f]{16} /);
    expect(shown.stdout).toMatch(/^given name +\S/m);
    expect(shown.stdout).toMatch(/^together +\S.* [+−]\d+\.\d\d$/m);
    const { data } = await json<{ data: { id: string; explanation: { evidence: unknown[] } }[] }>(
      ...['stitch', 'review', '--next', '2'],
    );
    expect(data[0]?.explanation.evidence.length).toBeGreaterThan(0);
    expect(shown.stdout).toContain(data[0]?.id);

    const answered = await tributary('stitch', 'review', 'answer', data[0]?.id ?? '', 'different', '--reason', 'twins');
    expect(answered.stdout).toContain(`label: review-${data[0]?.id}, partition: "1"`);
    expect((await json<{ data: unknown[] }>('stitch', 'review', '--next', '1')).data).toMatchObject([
      { id: data[1]?.id },
    ]);
    expect((await tributary('stitch', 'review', 'answers')).stdout).toMatch(/different +twins$/m);
    expect(await tributary('stitch', 'review', 'answer', 'ada', 'maybe')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"maybe" is no verdict: expected same, different, unsure'),
    });
    expect(await tributary('stitch', 'gate')).toMatchObject({ code: 0, stdout: expect.stringContaining(' passes') });
  });

  test('keeps its bad rows for reading and as CSV', async () => {
    const rows = await json<{ feed: string; expected: string }[]>('quarantine', 'list');
    expect(rows.length).toBeGreaterThan(0);
    const unmended = await tributary('quarantine', 'replay', 'catalog-products');
    expect(unmended.stdout).toBe(
      'feed/catalog-products as it is has loaded every file already: mend it, then replay\n',
    );
    const { stdout } = await tributary('quarantine', 'export', '--csv');
    expect(stdout.split('\r\n')[0]).toBe('feed,run_id,file,line,column,value,expected,raw');
  });
});

describe('a configuration', () => {
  test('comes back from a folder as it was, and a change is planned, checked and applied', async () => {
    const documents = join(folder, 'acme');
    expect((await tributary('export', documents)).code).toBe(0);
    expect((await tributary('plan', documents)).stdout).toBe('0 added, 0 changed, 0 removed\n');

    const file = join(documents, 'feeds/web-customers.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `# Ours\n${text}error_threshold: 5\n`);
    expect((await tributary('plan', documents)).stdout).toContain(
      '~ feed/web-customers\n    error_threshold: 1 → 5\n0 added, 1 changed, 0 removed\n',
    );
    expect((await tributary('apply', documents, '-m', 'Let more through')).code).toBe(0);
    expect((await tributary('export', documents)).stdout).toMatch(/0 written/);
    expect(await readFile(file, 'utf8')).toMatch(/^# Ours\n/);
  });

  test('is refused with the file and the field that are wrong, and stays as it was', async () => {
    const documents = join(folder, 'acme');
    const file = join(documents, 'feeds/web-customers.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('error_threshold: 5', 'error_threshold: many'));
    const misspelt = await tributary('apply', documents);
    expect(misspelt.code).toBe(2);
    expect(misspelt.stderr).toMatch(/^error: feeds\/web-customers\.yaml feed\/web-customers: error_threshold: /);
    await writeFile(file, text.replace('semantics', 'semantics: ['));
    const broken = await tributary('plan', documents);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/^error: feeds\/web-customers\.yaml: .* at line \d+/);
    await writeFile(file, text.replace('- email', '- e-mail'));
    const untagged = await tributary('validate', documents);
    expect(untagged.code).toBe(1);
    expect(untagged.stdout).toMatch(/^error feeds\/web-customers\.yaml .*e-mail is not known/m);
    await writeFile(file, text);
    expect((await tributary('validate', documents)).code).toBe(0);
  });
});

describe('a server', () => {
  test('does the runs that commands ask for, and ends cleanly at Ctrl-C', async () => {
    expect((await json<Run>('run', '--ingest-only')).state).toBe('succeeded');
    const failing = await tributary('run', 'daily', '--from', '2031-01-01');
    expect(failing.code).toBe(1);
    expect(failing.stdout).toMatch(/^✘ Failed in .*\nMissingFile: /m);
    expect((await tributary('run', 'nightly')).code).toBe(2);
    const days = ['--from', '2031-01-01', '--to', '2031-01-03', '--ingest-only', '--skip-missing'];
    const backfill = await tributary('run', ...days);
    expect(backfill.stdout).toMatch(/^warning courier\/web went on without 6 required files .*2031-01-02/m);
    const id = /run-\S+/.exec(backfill.stdout)?.[0] ?? '';
    const shownRun = (await tributary('runs', 'show', id)).stdout;
    expect(shownRun).toMatch(/^state +succeeded, 6 warnings$/m);
    expect(shownRun).toMatch(/^files of +2031-01-01 to 2031-01-03, that day not included$/m);
    expect(shownRun).toMatch(/^PullCourier +succeeded +7 +7 /m);
    server?.process.kill('SIGINT');
    expect((await server?.outcome)?.code).toBe(0);
    expect(await ownerOf(home)).toBeUndefined();
  });
});

describe('a run that was killed', () => {
  test('is finished by the next start', async () => {
    const other = join(folder, 'killed');
    const first = startCli(other, ['start', '--once', '--people', '100']);
    await shown(first, /^Feeds: /m);
    first.process.kill('SIGKILL');
    await first.outcome;
    const { code, stdout } = await cli(other, 'start', '--once');
    expect(stdout).toMatch(/^Going on with run-\S+, which was interrupted$/m);
    expect(code).toBe(0);
  }, 180_000);
});
