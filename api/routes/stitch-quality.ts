import { createRoute, z } from '@hono/zod-openapi';
import { KebabName } from '../../core/contracts/names.ts';
import { GateLimits, MeasuredRuns, verdicts } from '../../core/contracts/stitch-quality.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { allAnswers } from '../../core/environments/stitch-quality.ts';
import { benchmarkPeople } from '../../core/queries/benchmark-people.ts';
import { readPublished } from '../../core/queries/published-reader.ts';
import { giveAnswer, reviewQueue } from '../../core/queries/review-queue.ts';
import { answersIn, lastMeasured, measuredRun, measuredRuns } from '../../core/queries/stitch-quality.ts';
import { judge } from '../../core/stitch/quality/gate.ts';
import { EnvironmentPath, named } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const list = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item) });
const RunId = z.string().optional();

const benchmarks = createRoute({
  operationId: 'listStitchBenchmarks',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/benchmarks',
  ...needs('stitch:view'),
  summary: 'Benchmarks of the last Stitch runs, with precision and recall as people’s answers tell them',
  request: {
    params: EnvironmentPath,
    query: z.strictObject({ runs: z.coerce.number().int().min(1).max(50).default(5) }),
  },
  responses: answers(
    200,
    MeasuredRuns.extend({ data: z.array(named.MeasuredRun) }).openapi('MeasuredRuns'),
    'Runs, the newest first, and what later ones did that touched too little to be measured',
  ),
});

const people = createRoute({
  operationId: 'getStitchBenchmarkExamples',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/benchmarks/{benchmark}/examples',
  ...needs('amp-id:explore'),
  summary: 'Some of the people that a benchmark counts, with records of theirs',
  request: {
    params: EnvironmentPath.extend({ benchmark: KebabName }),
    query: z.strictObject({ run_id: RunId }),
  },
  responses: answers(200, named.BenchmarkPeople, 'Ten at the most, drawn anew for each run'),
});

const review = createRoute({
  operationId: 'getStitchReview',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/review',
  ...needs('amp-id:explore'),
  summary: 'The next pairs of records to ask people about',
  request: {
    params: EnvironmentPath,
    query: z.strictObject({ next: z.coerce.number().int().min(1).max(100).default(1) }),
  },
  responses: answers(200, named.ReviewQueue, 'Pairs, the one that an answer is worth most of first'),
});

const answer = createRoute({
  operationId: 'answerStitchReview',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/review/answers',
  ...needs('stitch:review'),
  summary: 'Say whether two records are one person',
  request: {
    params: EnvironmentPath,
    body: jsonBody(
      z.strictObject({ pair: z.string(), verdict: z.enum(verdicts), reason: z.string().min(1).max(1000).optional() }),
    ),
  },
  responses: answers(
    201,
    z.object({ answer: named.ReviewAnswer, estimates: named.QualityEstimates }),
    'The answer as it is kept, and what it makes of the estimates',
  ),
});

const answered = createRoute({
  operationId: 'listStitchReviewAnswers',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/review/answers',
  ...needs('stitch:view'),
  summary: 'All answers that were ever given; of each pair the last counts',
  request: { params: EnvironmentPath },
  responses: answers(200, list(named.ReviewAnswer), 'Answers, the oldest first'),
});

const gate = createRoute({
  operationId: 'judgeStitch',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/gate',
  ...needs('stitch:view'),
  summary: 'Whether a Stitch run may take the place of another, or is worse',
  request: {
    params: EnvironmentPath,
    query: z.strictObject({
      run_id: RunId,
      against: KebabName.optional().describe('Environment of the present run; left out: this one'),
      against_run_id: RunId,
    }),
  },
  responses: answers(200, named.GateVerdict, 'Pass or hold, with reasons'),
});

export function stitchQualityRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(benchmarks, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { objects } = await platform.environment(tenant, environment);
    return c.json(await measuredRuns(objects, c.req.valid('query').runs), 200);
  });
  routes.openapi(people, async (c) => {
    const { tenant, environment, benchmark } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const run = await measuredRun(access.objects, await answersIn(access.objects), c.req.valid('query').run_id);
    return c.json(await readPublished(access, (reader) => benchmarkPeople(reader, run, benchmark)), 200);
  });
  routes.openapi(review, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const { next } = c.req.valid('query');
    return c.json(await readPublished(access, (reader) => reviewQueue(access.objects, reader, next)), 200);
  });
  routes.openapi(answer, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const given = { ...c.req.valid('json'), by: c.get('principal').name, at: access.clock().toISOString() };
    return c.json(await giveAnswer(access.objects, given), 201);
  });
  routes.openapi(answered, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { objects } = await platform.environment(tenant, environment);
    return c.json({ data: await allAnswers(objects) }, 200);
  });
  routes.openapi(gate, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    return c.json(await verdictOf(platform, tenant, { environment, ...c.req.valid('query') }), 200);
  });
  return routes;
}

interface GateQuestion {
  environment: string;
  run_id?: string | undefined;
  against?: string | undefined;
  against_run_id?: string | undefined;
}

/** Judged by the limits of the environment that the run would come to, and by what people said in either. */
async function verdictOf(
  platform: Platform,
  tenant: string,
  { environment, run_id, against, against_run_id }: GateQuestion,
) {
  const { objects } = await platform.environment(tenant, environment);
  const elsewhere = against !== undefined && against !== environment;
  const target = elsewhere ? (await platform.environment(tenant, against)).objects : objects;
  const given = await (elsewhere ? answersIn(objects, target) : answersIn(objects));
  const candidate = await measuredRun(objects, given, run_id);
  const present =
    against_run_id === undefined
      ? await lastMeasured(target, given, elsewhere ? undefined : candidate.run_id)
      : await measuredRun(target, given, against_run_id);
  const limits = (await headConfiguration(target)).all('stitch')[0]?.gate ?? GateLimits.parse({});
  return judge(candidate, present, limits);
}
