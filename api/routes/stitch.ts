import { createRoute, z } from '@hono/zod-openapi';
import { Instant } from '../../core/contracts/names.ts';
import { StitchReport } from '../../core/contracts/stitch.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { readJson } from '../../core/environments/json-objects.ts';
import { NotFound } from '../../core/errors.ts';
import { explainMatch } from '../../core/queries/explain-match.ts';
import { type PublishedReader, readPublished } from '../../core/queries/published-reader.ts';
import { evaluateAgainst, type Membership } from '../../core/stitch/quality/evaluate.ts';
import { readTruth } from '../../core/stitch/quality/truth.ts';
import { EnvironmentPath, named } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, needs, newRoutes, textBody } from '../routing.ts';

const assignments = 'stitch.assignments';

const report = createRoute({
  operationId: 'getStitchReport',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/report',
  ...needs('stitch:view'),
  summary: 'What the last Stitch found',
  request: { params: EnvironmentPath },
  responses: answers(
    200,
    StitchReport.extend({ run_id: z.string(), built_at: Instant }).openapi('StitchReport'),
    'Records, people, sources, blocking, changes',
  ),
});

const score = createRoute({
  operationId: 'evaluateStitch',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/evaluate',
  ...needs('stitch:evaluate'),
  summary: 'Score the ids that Stitch gave against a truth',
  request: {
    params: EnvironmentPath,
    body: textBody('text/csv', 'The columns datasource, pk and person, with a header'),
  },
  responses: answers(200, named.Evaluation, 'Scores over the records that both know'),
});

const explain = createRoute({
  operationId: 'explainMatch',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/explain',
  ...needs('amp-id:explore'),
  summary: 'Why two records are one person, hop by hop, or why they are two; and what would turn that',
  request: {
    params: EnvironmentPath,
    query: z.strictObject({
      datasource1: z.string(),
      pk1: z.string(),
      datasource2: z.string(),
      pk2: z.string(),
      not: z
        .stringbool()
        .default(false)
        .openapi({ type: 'boolean', description: 'Why they are apart, and what would join them' }),
    }),
  },
  responses: answers(200, named.MatchExplanation, 'Evidence in bits, by the model that decided'),
});

export function stitchRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(report, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { objects } = await platform.environment(tenant, environment);
    const entry = (await publishedTables(objects))[assignments];
    const key = entry?.parquet?.replace(/[^/]*$/, 'report.json');
    const found = key === undefined ? undefined : await readJson(objects, key, StitchReport);
    if (!entry || !found) throw notStitched();
    return c.json({ ...found.value, run_id: entry.run_id, built_at: entry.built_at }, 200);
  });
  routes.openapi(score, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const truth = [...readTruth(await c.req.text())];
    return c.json(await readPublished(access, async (reader) => evaluateAgainst(truth, await assigned(reader))), 200);
  });
  routes.openapi(explain, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { datasource1, pk1, datasource2, pk2, not } = c.req.valid('query');
    const access = await platform.environment(tenant, environment);
    const keys = [
      { datasource: datasource1, pk: pk1 },
      { datasource: datasource2, pk: pk2 },
    ] as const;
    const explanation = await readPublished(access, (reader) => explainMatch(access, reader, keys, { not }));
    return c.json(explanation, 200);
  });
  return routes;
}

/** The id of every record. */
async function assigned(reader: PublishedReader): Promise<Membership[]> {
  const entry = reader.table(assignments);
  if (!entry) throw notStitched();
  const sql = `SELECT a.datasource, a.pk, a.amp_id FROM ${assignments} a`;
  const rows = await reader.rows('ids of all records', sql, Number.MAX_SAFE_INTEGER);
  return rows.map(([datasource, pk, id]) => ({ datasource: String(datasource), pk: String(pk), group: String(id) }));
}

const notStitched = () => new NotFound('Stitch has not run yet: run a courier group that is not ingest only first');
