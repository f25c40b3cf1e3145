import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DuckDbSession } from '../adapters/sql/duckdb/session.ts';
import { resolveFiles } from '../adapters/stitch/resolve-files.ts';
import type { Evaluation } from '../core/contracts/evaluation.ts';
import { text } from '../core/sql/quote.ts';
import { evaluate } from '../core/stitch/quality/evaluate.ts';

const shared = resolve(import.meta.dirname, '..', '..', 'shared');
const work = resolve('.bench', 'stitch');

/** A labelled set as the rival knows it. */
export interface LabelledFile {
  name: string;
  /** The rival's configuration of it. */
  config: string;
  path: string;
}

const configs: Record<string, string> = {
  splink_fake1000: 'fake1000',
  rldata500: 'rldata',
  febrl2: 'febrl3',
  febrl4: 'febrl4',
  pseudopeople_multi: 'pseudopeople',
  historical_50k: 'historical_50k',
  cdp_20k: 'cdp',
  cdp_120k: 'cdp',
  cdp_1m: 'cdp',
  febrl_gen_120k: 'febrl_gen',
};

export const rival = join(shared, 'tools', 'rivals', 'run-splink.sh');

/** The sets of these names, all that are there by default; `cdp_1m` is made by `tools/customer-records`, seed 13. */
export function labelledFiles(names: readonly string[]): LabelledFile[] {
  const places = (name: string) => [
    join(shared, 'datasets', name, `${name}.csv`),
    join(shared, 'datasets', name, `${name}.csv.gz`),
    join(work, `${name}.csv.gz`),
  ];
  return Object.entries(configs).flatMap(([name, config]) => {
    const path = places(name).find(existsSync);
    return path === undefined || (names.length > 0 && !names.includes(name)) ? [] : [{ name, config, path }];
  });
}

/** The set without its truth, as a file that anyone may have. */
export async function withoutTruth({ name, path }: LabelledFile): Promise<string> {
  await mkdir(work, { recursive: true });
  const bare = join(work, `${name}.bare.csv`);
  await inSession(async (session) => {
    await session.run(
      'bare',
      `COPY (SELECT * EXCLUDE (cluster_id) FROM ${csv(path)}) TO ${text(bare)} (FORMAT csv, HEADER)`,
    );
  });
  return bare;
}

const csv = (path: string) => `read_csv(${text(path)}, all_varchar = true, header = true)`;

async function inSession<T>(use: (session: DuckDbSession) => Promise<T>): Promise<T> {
  const session = await DuckDbSession.open({ threads: 2 });
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

/** How right `stitch resolve` is about a set, of which it is told the key and nothing else. */
export async function score(file: LabelledFile): Promise<Evaluation> {
  const bare = await withoutTruth(file);
  const out = join(bare, '..', `${file.name}.people.parquet`);
  await resolveFiles({
    files: [bare],
    out,
    key: 'record_id',
    tags: new Map(),
    signal: new AbortController().signal,
  });
  const groups = (sql: string) =>
    inSession((session) => session.rows<{ datasource: string; pk: string; group: string }>('groups', sql));
  const truth = await groups(`SELECT '' AS datasource, record_id AS pk, cluster_id AS "group" FROM ${csv(file.path)}`);
  const found = await groups(
    `SELECT '' AS datasource, record_id AS pk, amp_id AS "group" FROM read_parquet(${text(out)})`,
  );
  return evaluate(truth, found);
}
