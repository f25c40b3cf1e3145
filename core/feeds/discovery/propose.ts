import type { ColumnProfile, DiscoveredFeed } from '../../contracts/discover.ts';
import { Feed, type FileFormat } from '../../contracts/sources.ts';
import { ident } from '../../sql/quote.ts';
import type { ColumnFacts } from './column-facts.ts';
import { decideType } from './column-types.ts';
import type { Composition } from './compositions.ts';
import type { Flattened } from './flatten.ts';
import type { KeyCandidate } from './keys.ts';
import { questionsOf } from './questions.ts';
import {
  oncePerTable,
  type Settling,
  settleLoneNames,
  settleNames,
  settleOthers,
  settleTransactions,
  settleUnnamed,
  typeForTag,
} from './settle-tags.ts';
import { proposeTags, TAKEN } from './tag-proposals.ts';

/** Everything measured of a file. */
export interface Measured {
  file: string;
  source: string;
  name: string;
  format: FileFormat;
  rows: number;
  /** Records that can't be read, which are none of the rows. */
  unreadable: number;
  columns: ColumnFacts[];
  /** With what was measured of the columns that they make. */
  compositions: (Composition & { facts: ColumnFacts })[];
  /** Best first, at least one. */
  keys: KeyCandidate[];
  /** Present when the file is nested. */
  flattened?: Flattened;
}

/** Tags that tell who a person is; with three of them a table is worth stitching (reference §2.1). */
const IDENTIFYING = /^(given-name|surname|full-name|email|phone|address|postal|birthdate)(-.*)?$/;

/** The feed that a file's measures suggest, and what a person must settle. */
export function proposeFeed(measured: Measured): DiscoveredFeed {
  const settled = settle(measured);
  const taken = settled.flatMap(({ proposals }) =>
    proposals.slice(0, 1).filter(({ confidence }) => confidence >= TAKEN),
  );
  const lastUpdated = lastUpdatedColumn(settled);
  const [key] = measured.keys;
  const feed = Feed.parse({
    id: `feed/${measured.source}-${measured.name}`.replaceAll('_', '-'),
    source: measured.source,
    name: measured.name,
    fields: settled.map(fieldOf),
    primary_key: key?.columns ?? settled.slice(0, 1).map(({ facts }) => facts.column),
    ...(lastUpdated === undefined ? {} : { last_updated: lastUpdated }),
    stitch: taken.filter(({ tag }) => IDENTIFYING.test(tag)).length >= 3,
  });
  return {
    file: measured.file,
    format: measured.format,
    rows: measured.rows,
    columns: settled.map(profileOf),
    primary_keys: measured.keys,
    last_updated: lastUpdated ?? null,
    ingest_query: ingestQuery(measured),
    feed,
    questions: questionsOf(measured, settled, feed),
  };
}

function settle(measured: Measured): Settling[] {
  const parts = new Map(
    measured.compositions.flatMap(({ of, column }) => of.map((part): [string, string] => [part, column])),
  );
  const plain = measured.columns.map((facts): Settling => {
    const whole = parts.get(facts.column);
    if (whole === undefined) return typeForTag({ facts, decided: decideType(facts), proposals: proposeTags(facts) });
    return { facts, decided: { type: 'String', patterns: [], ambiguous: [] }, proposals: [], partOf: whole };
  });
  const composed = measured.compositions.map(
    ({ facts, type, tag, because }): Settling => ({
      facts,
      decided: { type, patterns: [], ambiguous: [] },
      proposals: [{ tag, confidence: 0.9, because }],
    }),
  );
  return oncePerTable(
    settleLoneNames(settleUnnamed(settleNames(settleOthers(settleTransactions([...plain, ...composed]))))),
  );
}

function fieldOf({ facts, decided, proposals }: Settling) {
  const [best] = proposals;
  return {
    field: facts.field,
    ...(facts.field === facts.column ? {} : { column: facts.column }),
    type: decided.type,
    ...(decided.patterns.length === 0 ? {} : { patterns: decided.patterns }),
    ...(best !== undefined && best.confidence >= TAKEN ? { semantics: [best.tag] } : {}),
  };
}

function profileOf({ facts, decided, proposals }: Settling): ColumnProfile {
  const { field, column, rows, filled, distinct, examples } = facts;
  return {
    field,
    column,
    type: decided.type,
    patterns: decided.patterns,
    rows,
    filled,
    distinct,
    examples,
    semantics: proposals,
  };
}

/** The Datetime that its name, and so its tag, says is when the row changed last. */
function lastUpdatedColumn(settled: readonly Settling[]): string | undefined {
  const found = settled.find(
    ({ decided, proposals }) => decided.type === 'Datetime' && proposals[0]?.tag === 'update-dt',
  );
  return found?.facts.column;
}

/** SQL that flattens what is nested and puts together what belongs together; null when the file needs neither. */
function ingestQuery({ flattened, compositions }: Measured): string | null {
  if (flattened === undefined && compositions.length === 0) return null;
  const flat = flattened?.columns
    .map(({ name, sql }) => (sql === ident(name) ? sql : `${sql} AS ${ident(name)}`))
    .join(',\n  ');
  const rows = flat === undefined ? undefined : `SELECT\n  ${flat}\nFROM file`;
  if (compositions.length === 0) return rows ?? null;
  const composed = compositions.map(({ column, sql }) => `${sql} AS ${ident(column)}`).join(',\n  ');
  return `SELECT\n  *,\n  ${composed}\nFROM ${rows === undefined ? 'file' : `(\n${rows}\n)`}`;
}
