import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createRoute, z } from '@hono/zod-openapi';
import { RunRequest } from '../../core/contracts/runs.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { type QuarantineFilter, quarantinedRows, quarantineFiles } from '../../core/feeds/quarantine.ts';
import { planReplay } from '../../core/feeds/replay.ts';
import { csvLine } from '../../core/queries/csv.ts';
import { launchRun } from '../../core/workflows/launch.ts';
import { EnvironmentPath, named, Paging, page } from '../contracts.ts';
import type { EnvironmentAccess, Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const Filter = z.strictObject({ feed: z.string().optional(), run_id: z.string().optional() });

const list = createRoute({
  operationId: 'listQuarantine',
  tags: ['quarantine'],
  method: 'get',
  path: '/{tenant}/{environment}/quarantine',
  ...needs('quarantine:view'),
  summary: 'Bad rows with file, line, column, value and what was expected',
  request: { params: EnvironmentPath, query: Paging.extend(Filter.shape) },
  responses: answers(200, page(named.RefusedRow), 'Rows by feed, those of the newest run first'),
});

const download = createRoute({
  operationId: 'downloadQuarantine',
  tags: ['quarantine'],
  method: 'get',
  path: '/{tenant}/{environment}/quarantine.csv',
  ...needs('quarantine:download'),
  summary: 'The same as CSV, all rows',
  request: { params: EnvironmentPath, query: Filter },
  responses: {
    ...answers(200, z.string(), 'Rows'),
    200: { content: { 'text/csv': { schema: { type: 'string' as const } } }, description: 'Rows' },
  },
});

const Replay = z
  .object({
    feed: z.string(),
    /** Landed files that the feed as it is now has not loaded. */
    files: z.array(z.string()),
    /** Their bad rows, and how many the feed takes by now. */
    rows: z.number().int(),
    mended: z.number().int(),
    still_bad: z.number().int(),
    /** Loads the files again; null when there is nothing to load. */
    run: named.Run.nullable(),
  })
  .openapi('Replay');

const replay = createRoute({
  operationId: 'replayQuarantine',
  tags: ['quarantine'],
  method: 'post',
  path: '/{tenant}/{environment}/quarantine/replay',
  ...needs('quarantine:replay'),
  summary: 'After a feed was mended, load again the landed files whose rows it refused',
  request: { params: EnvironmentPath, body: jsonBody(z.strictObject({ feed: z.string() })) },
  responses: answers(200, Replay, 'What the feed takes by now, and the run that loads it'),
});

export function quarantineRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { limit, next_token, feed, run_id } = c.req.valid('query');
    const access = await platform.environment(tenant, environment);
    await mustBeFeed(access, feed);
    const { rows, next } = await quarantinedRows(access, { feed, runId: run_id }, { limit, after: next_token });
    return c.json({ data: rows, ...(next !== undefined && { next_token: next }) }, 200);
  });
  routes.openapi(download, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { feed, run_id } = c.req.valid('query');
    const access = await platform.environment(tenant, environment);
    await mustBeFeed(access, feed);
    const body = ReadableStream.from(csv(access, { feed, runId: run_id })).pipeThrough(new TextEncoderStream());
    return c.body(body, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="quarantine.csv"',
    });
  });
  routes.openapi(replay, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const configuration = await headConfiguration(access.objects);
    const feed = configuration.get('feed', c.req.valid('json').feed);
    const outFolder = await mkdtemp(join(access.scratch, 'replay-'));
    try {
      const plan = await planReplay(configuration, feed, access, { outFolder, signal: c.req.raw.signal });
      const answer = {
        feed: feed.id,
        files: plan.files.map((file) => file.name),
        rows: plan.rows,
        mended: plan.mended,
      };
      const run = plan.courierGroup && (await launchRun(access, ingest(plan.courierGroup), c.get('principal').id));
      return c.json({ ...answer, still_bad: plan.rows - plan.mended, run: run || null }, 200);
    } finally {
      await rm(outFolder, { recursive: true, force: true });
    }
  });
  return routes;
}

/** Says which feeds there are to whoever asks for another. What a feed refused outlives its document. */
async function mustBeFeed({ objects }: EnvironmentAccess, feed: string | undefined): Promise<void> {
  if (feed === undefined || (await quarantineFiles(objects, { feed })).length > 0) return;
  (await headConfiguration(objects)).get('feed', feed);
}

const ingest = (group: string) => RunRequest.parse({ courier_group: group, ingest_only: true, skip_missing: true });

const columns = ['feed', 'run_id', 'file', 'line', 'column', 'value', 'expected', 'raw'] as const;

/** Lines of CSV, a page of rows at a time. */
async function* csv(access: EnvironmentAccess, filter: QuarantineFilter): AsyncGenerator<string> {
  yield csvLine(columns);
  let after: string | undefined;
  do {
    const { rows, next } = await quarantinedRows(access, filter, { limit: 5000, after });
    yield rows.map((row) => csvLine(columns.map((column) => row[column]))).join('');
    after = next;
  } while (after !== undefined);
}
