import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import type { StitchEngine, StitchRequest } from '../../core/ports.ts';
import { rulesOf } from '../../core/stitch/blocking.ts';
import { comparisonsOf } from '../../core/stitch/comparisons.ts';
import { decider } from '../../core/stitch/decide.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { outputSql } from '../../core/stitch/outputs.ts';
import { layoutOf } from '../../core/stitch/patterns.ts';
import { train } from '../../core/stitch/train.ts';
import { agreementSql } from '../../core/stitch/values.ts';
import { DuckDbSession } from '../sql/duckdb-session.ts';
import { block, blockingReport, compare, patternCounts, randomPatterns, score } from './pairs.ts';
import { cluster, findCleanSources, readLinks } from './people.ts';
import { collapse, count, readShape, standardise } from './prepare.ts';
import { identify, publish, summary } from './publish.ts';

export interface StitchEngineOptions {
  threads?: number;
  memoryLimit?: string;
  spillFolder?: string;
}

type StitchResult = StitchReport & { files: string[] };

/** Stitch on one machine: DuckDB in memory, from the Parquet of the records to those of the results. */
export function createStitchEngine(options: StitchEngineOptions = {}): StitchEngine {
  return {
    async run(request) {
      await mkdir(request.outFolder, { recursive: true });
      const session = await DuckDbSession.open({ ...options, signal: request.signal });
      try {
        const result = await stitch(session, request);
        const { files, ...report } = result;
        await writeFile(join(request.outFolder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
        return { ...report, files: [...files, 'model.json', 'report.json'].sort() };
      } finally {
        session.close();
      }
    },
  };
}

/** Times the stages and tells of each as it begins. */
class Stages {
  readonly seconds: Record<string, number> = {};
  readonly #tell: StitchRequest['progress'];

  constructor(tell: StitchRequest['progress']) {
    this.#tell = tell;
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#tell?.(name, 0);
    const start = performance.now();
    const result = await work();
    this.seconds[name] = Math.round(performance.now() - start) / 1000;
    this.#tell?.(name, 1, 1);
    return result;
  }
}

async function stitch(session: DuckDbSession, request: StitchRequest): Promise<StitchResult> {
  const { settings } = request;
  const stages = new Stages(request.progress);
  const shape = await readShape(session, request.records);
  const rules = rulesOf(shape);
  const layout = layoutOf(comparisonsOf(shape));
  const comparisons = layout.fields.map((field) => field.comparison);
  const threshold = Math.round(settings.threshold * 100);

  const records = await stages.run('standardise', () => standardise(session, request.records, shape, settings));
  const profiles = await stages.run('collapse', () => collapse(session, shape, settings));
  await stages.run('count', () => count(session, shape));
  await stages.run('block', () => block(session, rules));
  const pairs = await stages.run('compare', () => compare(session, layout));
  const candidates = await patternCounts(session, layout, 'pair');
  const model = await stages.run('train', async (): Promise<StitchModel> => {
    const random = await randomPatterns(session, layout, profiles);
    const agreements = await session.rows<{ semantic: string; band: number; pairs: number }>(
      'stitch: agreements',
      agreementSql,
    );
    const trained = train({ layout, candidates, random, agreements, profiles, priority: settings.key_priority });
    return {
      version: 1,
      columns: [...shape.columns].sort(),
      settings: '',
      profiles,
      records,
      ...trained,
      cleanSources: [],
    };
  });
  const decide = decider(comparisons, model, settings.key_priority);
  await stages.run('score', () => score(session, layout, 'pair', 'scored', candidates, decide));
  const links = await readLinks(session, threshold);
  model.cleanSources = await findCleanSources(session, records, links);
  const warnings = await stages.run('cluster', () => cluster(session, { layout, model, settings, records, links }));
  await stages.run('identify', () => identify(session, request.tenant, request.previous));
  const stamp = { runId: request.runId, asOf: request.asOf, historyDays: settings.history_days };
  const queries = outputSql(shape, rules, settings.threshold, stamp, request.previous);
  const files = await stages.run('publish', () => publish(session, queries, request.outFolder));
  await writeFile(join(request.outFolder, 'model.json'), `${JSON.stringify(model, null, 1)}\n`);
  const found = await summary(session);
  return {
    records,
    ...found,
    dedupe_rate: records === 0 ? 0 : Math.round((10_000 * (records - found.people)) / records) / 100,
    blocking: await blockingReport(session, rules),
    pairs,
    matches: links.a.length,
    seconds: stages.seconds,
    warnings,
    files,
  };
}
