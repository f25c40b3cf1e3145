import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import type {
  BenchmarkPeople,
  GateVerdict,
  MeasuredRuns,
  QualityEstimates,
  ReviewAnswer,
  ReviewQueue,
} from '../../core/contracts/stitch-quality.ts';
import { TestApi } from '../support/api.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

const columns = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
const given = ['Ada', 'Bela', 'Cleo', 'Dora', 'Emil', 'Finn', 'Gerd', 'Hugo', 'Ines', 'Jana'];
const surnames = ['Lovelace', 'Babbage', 'Curie', 'Darwin', 'Euler', 'Fermat', 'Gauss', 'Hopper', 'Ising', 'Jacobi'];

/** A hundred people with two records each: every second one alike in both, the others with another e-mail in the second. */
const people = given.flatMap((name, i) =>
  surnames.flatMap((surname, j) => {
    const n = 10 * i + j;
    const born = `19${String(50 + ((7 * n) % 50)).padStart(2, '0')}-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`;
    const mail = `${name}.${surname}${n}@example.com`;
    const other = n % 2 === 0 ? mail : `${surname}${n}@work.example`;
    const at = '2026-11-01T08:00:00Z';
    return [
      [`${n}a`, name, surname, mail, born, at],
      [`${n}b`, n % 3 === 0 ? name : name.toUpperCase(), surname, other, born, at],
    ];
  }),
);
/** Two people who share name and e-mail, and whom a label parts. */
const family = [
  ['father', 'Karl', 'Weyl', 'weyl@example.com', '1930-01-09', '2026-11-01T08:00:00Z'],
  ['son', 'Karl', 'Weyl', 'weyl@example.com', '1961-11-30', '2026-11-01T08:00:00Z'],
];

const partition = (pk: string) => ({ label: 'weyl', partition: pk, datasource: 'web_customers', pk });
const documentsWith = (settings: Record<string, unknown>) =>
  shopDocuments.map((one) =>
    one.id === 'stitch/default' ? { ...one, labels: ['father', 'son'].map(partition), ...settings } : one,
  );

const newcomer = (pk: string, name: string, surname: string) => [
  pk,
  name,
  surname,
  `${name}@example.com`,
  '1878-11-07',
  '2026-11-02T08:00:00Z',
];

let api: TestApi;
let runs: Run[];

async function deliver(day: string, rows: string[][]): Promise<Run> {
  await api.tenant.drop(`web/${day}/customers.csv`, csv(columns, ...rows));
  const run = await api.tenant.run();
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
  return run;
}

beforeAll(async () => {
  api = await TestApi.open(documentsWith({}));
  runs = [await deliver('2026-11-01', [...people, ...family])];
});
afterAll(() => api.close());

const benchmarks = () => api.ok<MeasuredRuns>('GET', '/stitch/benchmarks');
const measured = async () => (await benchmarks()).data;
const queue = (next: number) => api.ok<ReviewQueue>('GET', `/stitch/review?next=${next}`);
const say = (pair: string, verdict: string, reason?: string) =>
  api.ok<{ answer: ReviewAnswer; estimates: QualityEstimates }>('POST', '/stitch/review/answers', {
    pair,
    verdict,
    ...(reason && { reason }),
  });
/** Records are of one person when their keys differ in the last letter. */
const truth = ({ one, other }: ReviewQueue['data'][number]) =>
  one.pk.slice(0, -1) === other.pk.slice(0, -1) ? 'same' : 'different';

describe('the benchmarks of a run', () => {
  test('are kept with what they count, and say how bad that is', async () => {
    const [run] = await measured();
    expect(run).toMatchObject({ run_id: runs[0]?.id, records: 202, people: 102, moved_records: 0 });
    const shared = run?.benchmarks.find(({ name }) => name === 'shared-names-and-emails');
    // A hundred and fifty combinations of name and e-mail are of one id, one is of two.
    expect(shared).toMatchObject({ count: 1, value: 100 / 150, grade: 'above optimal', kind: 'under' });
    expect(run?.benchmarks.find(({ name }) => name === 'many-surnames')).toMatchObject({ value: 0, grade: 'optimal' });
  });

  test('show the people concerned, with a guess from their birth dates', async () => {
    const { data } = await api.ok<BenchmarkPeople>('GET', '/stitch/benchmarks/shared-names-and-emails/examples');
    expect(data).toMatchObject([{ guess: 'good', records: [{ surname: 'WEYL' }, { surname: 'WEYL' }] }]);
    expect(new Set(data[0]?.records.map(({ pk }) => pk))).toEqual(new Set(['father', 'son']));
    expect(data[0]?.amp_ids).toHaveLength(2);
  });

  test('that there are not are refused, with those that there are', async () => {
    const gone = await api.refusal('GET', '/stitch/benchmarks/many-hats/examples');
    expect(gone).toMatchObject({ status: 404, message: expect.stringContaining('many-given-names') });
    const run = await api.refusal('GET', '/stitch/benchmarks/many-surnames/examples?run_id=run-x');
    expect(run).toMatchObject({ status: 404, message: expect.stringContaining('the newest that was is') });
  });
});

describe('the review', () => {
  test('counts every pair of one person, and those nearly so, in one stratum each', async () => {
    const { estimates } = await queue(1);
    const pairs = (joined: boolean) =>
      estimates.strata.filter((one) => one.joined === joined).reduce((sum, stratum) => sum + stratum.pairs, 0);
    const [found] = await api.tenant.query(
      `SELECT (SELECT COUNT(*) FROM stitch.assignments a JOIN stitch.assignments b ON a.amp_id = b.amp_id AND a.pk < b.pk
         WHERE a.rep_pk = a.pk AND b.rep_pk = b.pk) AS joined,
       (SELECT COUNT(*) FROM stitch.stitch_scores s WHERE s.amp_id1 <> s.amp_id2) AS parted`,
    );
    expect([pairs(true), pairs(false)]).toEqual([Number(found?.joined), Number(found?.parted)]);
    expect(estimates).toMatchObject({ precision: null, recall: null, left_out: { people: 0, pairs: 0 } });
  });

  test('shows both records with the values that they came with, and nothing of who they are', async () => {
    const { data, run_id } = await queue(5);
    expect(run_id).toBe(runs[0]?.id);
    expect(data).toHaveLength(5);
    for (const { id, one, other } of data) {
      expect(id).toMatch(/^[0-9a-f]{16}$/);
      expect(one.values).toMatchObject({ surname: expect.any(String), birthdate: expect.stringMatching(/^19/) });
      expect(Object.keys({ ...one.values, ...other.values }).join()).not.toMatch(/amp_id|component|blv/);
    }
    expect((await queue(5)).data).toEqual(data);
  });

  test('makes precision and recall of the answers', async () => {
    for (let asked = await queue(100); asked.data.length > 0; asked = await queue(100)) {
      for (const pair of asked.data) await say(pair.id, truth(pair));
    }
    const { estimates } = await queue(1);
    // Everybody was asked about: what was estimated is what is.
    expect(estimates.precision).toEqual({ value: 1, low: 1, high: 1 });
    expect(estimates.recall?.value).toBe(1);
    expect((await measured())[0]?.estimates).toEqual(estimates);
  });

  test('lets a later answer take the place of an earlier one, and keeps both', async () => {
    const { data: before } = await api.ok<{ data: ReviewAnswer[] }>('GET', '/stitch/review/answers');
    const first = before.find(({ verdict }) => verdict === 'same');
    const { answer, estimates } = await say(first?.pair ?? '', 'different', 'twins');
    expect(answer).toMatchObject({ verdict: 'different', reason: 'twins', by: 'Tester', run_id: runs[0]?.id });
    expect(estimates.precision?.value).toBeLessThan(1);
    const { data: after } = await api.ok<{ data: ReviewAnswer[] }>('GET', '/stitch/review/answers');
    expect(after).toEqual([...before, answer]);
    expect((await say(first?.pair ?? '', 'same')).estimates.precision?.value).toBe(1);
  });

  test.each([
    ['a pair that is none', { pair: 'ada', verdict: 'same' }, 400, /^"ada" is no pair: expected sixteen/],
    [
      'a pair of no sample',
      { pair: '0123456789abcdef', verdict: 'same' },
      404,
      /^pair 0123456789abcdef is not in the sample/,
    ],
    ['another verdict', { pair: '0123456789abcdef', verdict: 'maybe' }, 400, /same.*different.*unsure/],
  ])('refuses an answer about %s', async (_what, body, status, message) => {
    const refusal = await api.refusal('POST', '/stitch/review/answers', body);
    expect(refusal).toEqual({ status, message: expect.stringMatching(message) });
  });
});

describe('the next run', () => {
  test('is not measured when it touches too few records to tell a difference, and says from which run the benchmarks are', async () => {
    const small = await deliver('2026-11-02', [newcomer('new', 'Lise', 'Meitner')]);
    const { data, since } = await benchmarks();
    expect(data.map(({ run_id }) => run_id)).toEqual([runs[0]?.id]);
    expect(since).toEqual({ runs: 1, touched_records: 1 });
    expect(await queue(1)).toMatchObject({ run_id: runs[0]?.id, data: [] });
    const gone = await api.refusal('GET', `/stitch/gate?run_id=${small.id}`);
    expect(gone).toMatchObject({
      status: 404,
      message: expect.stringContaining(`the newest that was is ${runs[0]?.id}`),
    });
  });

  test('is measured when it touches enough with those that were not, and knows what people said of the records that it shares', async () => {
    runs.push(await deliver('2026-11-03', [newcomer('new2', 'Emmy', 'Noether'), newcomer('new3', 'Ida', 'Rhodes')]));
    const { data, since } = await benchmarks();
    const [now, before] = data;
    expect([now?.run_id, before?.run_id]).toEqual([runs[1]?.id, runs[0]?.id]);
    expect(since).toEqual({ runs: 0, touched_records: 0 });
    expect(now?.records).toBe(205);
    expect(now?.estimates).toMatchObject({ precision: { value: 1, low: 1 }, answers: before?.estimates?.answers });
    expect((await queue(9)).data).toEqual([]);
  });

  test('passes the gate, being as good', async () => {
    const verdict = await api.ok<GateVerdict>('GET', '/stitch/gate');
    expect(verdict).toMatchObject({ verdict: 'pass', run_id: runs[1]?.id, against_run_id: runs[0]?.id, reasons: [] });
  });

  test('is held by limits of the settings, which are no reason to stitch again', async () => {
    const gate = { precision_at_least: 1, changed_ids: 0, benchmark_increase: 0, minimum_answers: 10_000 };
    await api.tenant.configure(documentsWith({ gate }));
    const { verdict, notes } = await api.ok<GateVerdict>('GET', '/stitch/gate');
    expect([verdict, notes[0]]).toEqual(['pass', expect.stringContaining('10000 are needed')]);
    const again = await api.tenant.run();
    expect(again.state).toBe('succeeded');
    expect(await measured()).toHaveLength(2);
  });

  test('that nobody measured can not be judged', async () => {
    const gone = await api.refusal('GET', '/stitch/gate?run_id=run-20200101-000000-0000000');
    expect(gone).toMatchObject({ status: 404, message: expect.stringContaining('was not measured') });
    expect(await api.refusal('GET', '/stitch/gate?against=elsewhere')).toMatchObject({ status: 404 });
  });
});
