import { ident, text } from '../../../core/sql/quote.ts';
import { listedValues } from '../../../core/stitch/cleaning/bad-values.ts';
import { cleansed } from '../../../core/stitch/cleaning/cleanse.ts';
import { type Records, standardColumns, standardise } from '../../../core/stitch/cleaning/standardise.ts';
import { alone } from '../../../core/stitch/crew.ts';
import { compareBucket } from '../../../core/stitch/distributed/compare-bucket.ts';
import { keyChains } from '../../../core/stitch/distributed/key-chains.ts';
import { keyedRules, shapeIn } from '../../../core/stitch/distributed/plan.ts';
import type { SpreadStitch } from '../../../core/stitch/port.ts';
import { labelRows, labelWords } from '../../../core/stitch/records/labels.ts';
import { profilesOf } from '../../../core/stitch/records/profiles.ts';
import { tagsOf } from '../../../core/stitch/records/shape.ts';
import { DuckDbSession, PARQUET, type SessionOptions } from '../../sql/duckdb/session.ts';
import { readColumns } from '../columns.ts';
import { appendIntegers, readIntegers } from '../integers.ts';
import { recordsIn, recordsOf } from '../prepare.ts';
import { writeRows } from '../texts.ts';
import { chooseRules, sampleCaps } from './choose.ts';
import { readProfiles, readStandard, writeColumns } from './column-files.ts';
import { readBlocks, readFrozenOf } from './frozen.ts';
import { writePatterns } from './patterns.ts';

type Work<Piece extends keyof SpreadStitch> = Parameters<SpreadStitch[Piece]>[0];

/** The pieces of a distributed run, each over one file, in a database of its own. */
export const stitchPieces = (options: SessionOptions): Omit<SpreadStitch, 'conclude'> => ({
  standardise: (work) => inSession(options, (session) => standardisePart(session, work)),
  clean: (work) => inSession(options, (session) => cleanPart(session, work)),
  sampleCaps: (work) => inSession(options, (session) => sampleCaps(session, work)),
  chooseRules: (work) => inSession(options, (session) => chooseRules(session, work)),
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
  const { ids, columns } = await readColumns(session, alone, source, 'row', ['datasource', ...tagsOf(shape)]);
  const { columns: standard } = await standardise(alone, recordsOf(ids.length, columns), shape, plan.settings);
  await writeColumns(session, { from: source, columns: standard });
  await write(session, to.standard, 'FROM written');
}

/** What a record says, in 128 bits; two that are labelled otherwise do not say the same. */
const contentSql = (names: readonly string[]) =>
  `md5(concat_ws(chr(31), ${names.map((name) => `coalesce(${ident(name)}, chr(30))`).join(', ')}, coalesce(l.words, ''))) AS content`;

async function cleanPart(session: DuckDbSession, { plan, from, frozen, to }: Work<'clean'>): Promise<void> {
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
  await writeKeys(session, records, { plan, from, frozen, to });
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

/** The keys of records, each with what becomes of it. */
async function writeKeys(
  session: DuckDbSession,
  records: Records,
  { plan, from, frozen, to }: Work<'clean'>,
): Promise<void> {
  const profiles = profilesOf(
    Int32Array.from({ length: records.size }, (_, row) => row),
    records.columns,
  );
  const oversized = frozen && (await readBlocks(session, frozen.blocks));
  const chains = keyChains(profiles, keyedRules(plan), oversized);
  const columns = ['record', 'rule', ...chains.keys.map((_, depth) => `k${depth}`)];
  await session.run('stitch: keys', `CREATE TABLE chain (${columns.map((name) => `${name} INTEGER`).join(', ')})`);
  await appendIntegers(session, 'chain', [chains.record, chains.rule, ...chains.keys]);
  const told = columns.slice(1).map((name) => `${name}::BIGINT AS ${name}`);
  await write(
    session,
    to.keys,
    `SELECT r.rid, ${told.join(', ')} FROM chain JOIN ${recordsIn(from)} r ON r."row" = chain.record`,
  );
}

const write = (session: DuckDbSession, path: string, sql: string) =>
  session.run('stitch: part', `COPY (${sql}) TO ${text(path)} ${PARQUET}`);

async function comparePart(session: DuckDbSession, { plan, from, frozen: files, to }: Work<'compare'>): Promise<void> {
  const { settings, rules, bucket_count: of } = plan;
  const shape = shapeIn(plan);
  const file = `read_parquet(${text(from)})`;
  await session.run(
    'stitch: bucket',
    `CREATE TABLE bucket AS SELECT DISTINCT ON (rid) rid AS id, * EXCLUDE (rid, bucket) FROM ${file}`,
  );
  const [here = new Int32Array()] = await readIntegers(
    session,
    'stitch: buckets',
    `SELECT DISTINCT bucket::INTEGER FROM ${file}`,
  );
  const profiles = await readProfiles(session, 'bucket', shape);
  const frozen = await readFrozenOf(session, files, shape, profiles);
  const found = compareBucket({ profiles, here: new Set(here), of }, { shape, settings, rules, frozen });
  const { a, b, pattern } = found.pairs;
  await session.run('stitch: pairs', 'CREATE TABLE pair (a INTEGER, b INTEGER, pattern INTEGER)');
  const numbers = (places: Int32Array) => places.map((place) => profiles.ids[place] ?? 0);
  await appendIntegers(session, 'pair', [numbers(a), numbers(b), pattern]);
  await write(session, to.pairs, 'FROM pair');
  await writePatterns(to.patterns, found);
}
