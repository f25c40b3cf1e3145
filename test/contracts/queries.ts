import { afterEach, describe, expect, it } from 'vitest';
import { RESULT_ROWS } from '../../core/contracts/query-answer.ts';
import type { ObjectStore } from '../../core/ports.ts';
import type { Queries } from '../../core/sql/port.ts';

/** What a home gives for a test: the queries of an environment that has no tables. */
export interface QueriesHome {
  queries: Queries;
  /** Where their results are. */
  objects: ObjectStore;
  close(): Promise<void>;
}

const people =
  "SELECT id, name FROM (VALUES (1, 'Ada'), (2, NULL), (3, 'says \"hi\", twice')) AS t(id, name) ORDER BY id";
const numbers = (name: string) => `(SELECT n FROM UNNEST(SEQUENCE(1, 10000)) AS u(n)) ${name}`;
/** Too much for any engine. */
const endless = `SELECT SUM(a.n * b.n + c.n * d.n) AS total FROM ${['a', 'b', 'c', 'd'].map(numbers).join(' CROSS JOIN ')}`;

/** What every home does with queries that are asked now and answered later. */
export function queriesContract(name: string, open: () => Promise<QueriesHome>): void {
  describe(`queries of ${name}`, () => {
    const homes: QueriesHome[] = [];
    afterEach(async () => {
      for (const home of homes.splice(0)) await home.close();
    });
    const openedHome = async (): Promise<QueriesHome> => {
      const home = await open();
      homes.push(home);
      return home;
    };
    const opened = async (): Promise<Queries> => (await openedHome()).queries;
    const asked = (sql: string, called = 'query/people') => ({
      name: called,
      sql,
      tables: [],
      asOf: '2026-11-01T00:00:00Z',
    });

    it('are followed to their end, and keep their rows', async () => {
      const queries = await opened();
      const id = await queries.start(asked(people));
      expect(await queries.follow(id, { waitMs: 60_000 })).toEqual({ name: 'query/people', state: 'succeeded' });
      const columns = [
        { name: 'id', type: 'Integer' },
        { name: 'name', type: 'String' },
      ];
      expect(await queries.rows(id, 2)).toEqual({
        columns,
        rows: [
          [1, 'Ada'],
          [2, null],
        ],
        truncated: true,
      });
      expect(await queries.rows(id, 3)).toMatchObject({ rows: [{}, {}, [3, 'says "hi", twice']], truncated: false });
    });

    it('are had as CSV by who has their link, where there is one', async () => {
      const queries = await opened();
      const id = await queries.start(asked(people));
      await queries.follow(id, { waitMs: 60_000 });
      const link = await queries.link(id);
      if (!link) return;
      expect(await (await fetch(link.url)).text()).toBe('"id","name"\n"1","Ada"\n"2",\n"3","says ""hi"", twice"\n');
      expect(link.expiresAt.getTime()).toBeGreaterThan(Date.now());
    });

    it('are a file of CSV among the objects, which says whether more rows were left out of it', async () => {
      const { queries, objects } = await openedHome();
      const fileOf = async (sql: string) => {
        const id = await queries.start(asked(sql));
        expect(await queries.follow(id, { waitMs: 60_000 })).toMatchObject({ state: 'succeeded' });
        const file = await queries.csv(id);
        const text = Buffer.from((await objects.get(file.key))?.body ?? []).toString();
        return { ...file, text };
      };
      const whole = await fileOf(people);
      expect(whole).toMatchObject({ bytes: Buffer.byteLength(whole.text), rows: 3, isCut: false });
      expect(whole.text.split(/\r?\n/).slice(1)).toEqual([
        expect.stringMatching(/^"?1"?,"?Ada"?$/),
        expect.stringMatching(/^"?2"?,$/),
        expect.stringMatching(/^"?3"?,"says ""hi"", twice"$/),
        '',
      ]);
      const many = `SELECT x.n FROM ${numbers('x')} CROSS JOIN UNNEST(SEQUENCE(1, 11)) AS more(m)`;
      expect(await fileOf(many)).toMatchObject({ rows: RESULT_ROWS, isCut: true });
      expect(await fileOf(`${many}\nLIMIT ${RESULT_ROWS}`)).toMatchObject({ isCut: false });
    });

    it('that are refused never begin', async () => {
      const queries = await opened();
      for (const sql of ['DELETE FROM domain.people', 'SELECT * FROM domain.people', 'SELECT 1 AS a; SELECT 2 AS b']) {
        await expect(queries.start(asked(sql))).rejects.toMatchObject({ name: 'RefusedSql' });
      }
    });

    it('that fail say why, by their name and with their SQL', async () => {
      const queries = await opened();
      const id = await queries.start(asked("SELECT CAST(name AS integer) AS n FROM (VALUES ('Ada')) AS t(name)"));
      expect(await queries.follow(id, { waitMs: 60_000 })).toMatchObject({
        name: 'query/people',
        state: 'failed',
        error: {
          name: 'QueryFailed',
          message: expect.stringMatching(/^query\/people: .*Ada/s),
          data: { sql: expect.stringContaining("'Ada'") },
        },
      });
    });

    it('that take long are under way until they are cancelled, and stay so', async () => {
      const queries = await opened();
      const id = await queries.start(asked(endless));
      const { state } = await queries.follow(id, { waitMs: 300 });
      expect(['queued', 'running']).toContain(state);
      for (let n = 0; n < 2; n++) {
        await queries.cancel(id);
        expect(await queries.follow(id, { waitMs: 10_000 })).toEqual({ name: 'query/people', state: 'cancelled' });
      }
    });

    it('of another environment are unknown, and so is what was never begun', async () => {
      const [queries, others] = [await opened(), await opened()];
      const id = await others.start(asked(people));
      await others.follow(id, { waitMs: 60_000 });
      for (const one of [id, '00000000-0000-4000-8000-000000000000', '../head', '']) {
        await expect(queries.follow(one, { waitMs: 0 })).rejects.toMatchObject({ name: 'NotFound' });
        await expect(queries.rows(one, 1)).rejects.toMatchObject({ name: 'NotFound' });
        await expect(queries.cancel(one)).rejects.toMatchObject({ name: 'NotFound' });
      }
    });
  });
}
