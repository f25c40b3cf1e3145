import { writeFile } from 'node:fs/promises';
import type { SpreadStitch } from '../../../core/ports.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { listedValues } from '../../../core/stitch/bad-values.ts';
import { rulesOf } from '../../../core/stitch/blocking.ts';
import { cleansed } from '../../../core/stitch/cleanse.ts';
import { compareBucket } from '../../../core/stitch/distributed/compare-bucket.ts';
import { keyChains } from '../../../core/stitch/distributed/key-chains.ts';
import { shapeIn } from '../../../core/stitch/distributed/plan.ts';
import { labelRows, labelWords } from '../../../core/stitch/labels.ts';
import { profilesOf } from '../../../core/stitch/profiles.ts';
import { tagsOf } from '../../../core/stitch/shape.ts';
import { standardColumns, standardise } from '../../../core/stitch/standardise.ts';
import { DuckDbSession, PARQUET, type SessionOptions } from '../../sql/duckdb/session.ts';
import { readColumns } from '../columns.ts';
import { appendIntegers, readIntegers } from '../integers.ts';
import { recordsIn, recordsOf } from '../prepare.ts';
import { writeRows } from '../texts.ts';
import { readStandard, writeColumns } from './column-files.ts';
import { readCounted } from './counted.ts';

type Work<Piece extends keyof SpreadStitch> = Parameters<SpreadStitch[Piece]>[0];

/** The pieces of a distributed run, each over one file, in a database of its own. */
export const stitchPieces = (options: SessionOptions): Omit<SpreadStitch, 'conclude'> => ({
  standardise: (work) => inSession(options, (session) => standardisePart(session, work)),
  clean: (work) => inSession(options, (session) => cleanPart(session, work)),
  compare: (work) => inSession(options, (session) => comparePart(session, work)),
});

async function inSession<T>(options: SessionOptions, work: (session: DuckDbSession) => Promise<T>): Promise<T> {
  const session = await DuckDbSession.open(options);
  try {
    await session.run('stitch: order', 'SET preserve_insertion_order = false');
    return await work(session);
  } finally {
    session.close();
  }
}

async function standardisePart(session: DuckDbSession, { plan, from, to }: Work<'standardise'>): Promise<void> {
  const shape = shapeIn(plan);
  const source = recordsIn(from);
  const { ids, columns } = await readColumns(session, source, 'row', ['datasource', ...tagsOf(shape)]);
  const { columns: standard } = standardise(recordsOf(ids.length, columns), shape, plan.settings);
  await writeColumns(session, { from: source, columns: standard });
  await write(session, to.standard, 'FROM written');
}

/** What a record says, in 128 bits; two that are labelled otherwise do not say the same. */
const contentSql = (names: readonly string[]) =>
  `md5(concat_ws(chr(31), ${names.map((name) => `coalesce(${ident(name)}, chr(30))`).join(', ')}, coalesce(l.words, ''))) AS content`;

async function cleanPart(session: DuckDbSession, { plan, from, to }: Work<'clean'>): Promise<void> {
  const shape = shapeIn(plan);
  const source = recordsIn(from);
  const standard = await readStandard(session, source, shape);
  const { records, flags, removed } = cleansed(standard, shape, listedValues(shape, plan.settings), plan.shared);
  const names = standardColumns(shape);
  const words = `(SELECT datasource, pk, ${labelWords} AS words FROM ${labelRows(plan.settings)} GROUP BY datasource, pk)`;
  await writeColumns(session, { from: source, columns: records.columns, integers: { flags } });
  await write(
    session,
    to.clean,
    `SELECT written.*, ${contentSql(names)} FROM written LEFT JOIN ${words} l USING (datasource, pk)`,
  );
  const profiles = profilesOf(
    Int32Array.from({ length: records.size }, (_, row) => row),
    records.columns,
  );
  const chains = keyChains(profiles, rulesOf(shape));
  const columns = ['record', 'rule', ...chains.keys.map((_, depth) => `k${depth}`)];
  await session.run('stitch: keys', `CREATE TABLE chain (${columns.map((name) => `${name} INTEGER`).join(', ')})`);
  await appendIntegers(session, 'chain', [chains.record, chains.rule, ...chains.keys]);
  const told = columns.slice(1).map((name) => `${name}::BIGINT AS ${name}`);
  await write(
    session,
    to.keys,
    `SELECT r.rid, ${told.join(', ')} FROM chain JOIN ${source} r ON r."row" = chain.record`,
  );
  await writeRows(
    session,
    'removed',
    { record: 'BIGINT', semantic: 'VARCHAR', value: 'VARCHAR' },
    removed.map(({ record, semantic, value }) => [record, semantic, value]),
  );
  await write(
    session,
    to.removed,
    `SELECT r.rid, semantic, value FROM removed JOIN ${source} r ON r."row" = removed.record`,
  );
}

const write = (session: DuckDbSession, path: string, sql: string) =>
  session.run('stitch: part', `COPY (${sql}) TO ${text(path)} ${PARQUET}`);

async function comparePart(session: DuckDbSession, { plan, from, values, blocks, to }: Work<'compare'>): Promise<void> {
  const shape = shapeIn(plan);
  const file = `read_parquet(${text(from)})`;
  await session.run(
    'stitch: bucket',
    `CREATE TABLE bucket AS SELECT (row_number() OVER (ORDER BY rid) - 1)::INTEGER AS "row", '' AS datasource, *
FROM (SELECT DISTINCT ON (rid) * EXCLUDE (bucket) FROM ${file})`,
  );
  const numbers = (sql: string) => readIntegers(session, 'stitch: bucket', sql);
  const [ids = new Int32Array()] = await numbers('SELECT rid::INTEGER FROM bucket ORDER BY rid');
  const [here = new Int32Array()] = await numbers(`SELECT DISTINCT bucket::INTEGER FROM ${file}`);
  const { columns } = await readStandard(session, 'bucket', shape);
  const profiles = profilesOf(ids, columns);
  const frozen = await readCounted(session, { values, blocks }, profiles, shape);
  const bucket = { profiles, here: new Set(here), of: plan.bucketCount };
  const { pairs, patterns, counts } = compareBucket(bucket, { shape, settings: plan.settings, frozen });
  await session.run('stitch: pairs', 'CREATE TABLE pair (a INTEGER, b INTEGER, pattern INTEGER)');
  const of = (places: Int32Array) => places.map((place) => ids[place] ?? 0);
  await appendIntegers(session, 'pair', [of(pairs.a), of(pairs.b), pairs.pattern]);
  await write(session, to.pairs, 'FROM pair');
  const levels = Array.from({ length: patterns.size }, (_, pattern) => Array.from(patterns.levels(pattern)));
  await writeFile(to.patterns, JSON.stringify({ levels, pairs: Array.from(counts) }));
}
