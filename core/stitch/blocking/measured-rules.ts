import { Patterns } from '../comparisons/patterns.ts';
import type { Profiles } from '../records/profiles.ts';
import type { Blocks, RuleReport } from './blocks.ts';
import { type Capture, type Missed, missedPairs } from './missed-pairs.ts';
import type { Pairs } from './pairs.ts';
import type { Rule } from './rule.ts';

/** What a rule was good for. */
export interface MeasuredRule extends RuleReport {
  /** Accepted pairs that it brought together, and those of them that no other rule did. */
  accepted: number;
  only: number;
}

/** By what a key is told: of its columns the one that says most. A column that stands for none of these is a field of its own. */
const FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ['email', ['email', 'email_user']],
  ['phone', ['phone']],
  ['address', ['street', 'place', 'po_box']],
  ['birthdate', ['dob']],
  ['company', ['company']],
  ['area', ['postal', 'city']],
  ['name', ['given_name', 'surname', 'sound']],
];

const columnsOf = ({ parts }: Rule): string[] =>
  parts.flatMap((part) => ('column' in part ? [part.column] : part.either));

function fieldOf(rule: Rule): string | undefined {
  const columns = columnsOf(rule);
  const known = FIELDS.flatMap(([, names]) => names);
  const own = columns.find((column) => !known.includes(column));
  return own ?? FIELDS.find(([, names]) => columns.some((column) => names.includes(column)))?.[0];
}

/** What rules have to do with a pair: 0 where the two lack what a rule's key is made of, 1 where it does not bring them together, 2 where it does. */
export interface Finding {
  rules: Uint8Array;
  pairs: number;
}

/** Distinct findings with how many pairs have each, in a fixed order. */
export const countedFindings = (rows: Patterns, counts: ArrayLike<number>): Finding[] =>
  Array.from(rows.sorted(), (row) => ({ rules: rows.levels(row), pairs: counts[row] ?? 0 }));

interface Blocked {
  profiles: Profiles;
  rules: readonly Rule[];
  blocks: Blocks;
}

/** What the rules of a run have to do with some of its pairs: the distinct findings, and which one each pair has. */
export function findingsOf(
  { profiles, rules, blocks }: Blocked,
  { a, b }: Pairs,
): { rows: Patterns; finding: Int32Array } {
  const could = couldFind(profiles, rules);
  const rows = new Patterns(rules.length);
  const row = new Uint8Array(rules.length);
  const finding = a.map((one, pair) => {
    const other = b[pair] ?? 0;
    const open = could(one, other);
    for (let rule = 0; rule < rules.length; rule++)
      row[rule] = open(rule) ? (blocks.meetBy(rule, one, other) ? 2 : 1) : 0;
    return rows.add(row);
  });
  return { rows, finding };
}

interface Accepted {
  /** What found the accepted pairs. */
  found: readonly Finding[];
  /** How many accepted pairs were compared because others brought them together. */
  joined: number;
}

/** What each rule was good for, and what all of them are thought to have missed. */
export function measured(
  rules: readonly Rule[],
  report: readonly RuleReport[],
  { found, joined }: Accepted,
): { blocking: MeasuredRule[]; missed: Missed } {
  const fields = [...new Set(rules.flatMap((rule) => fieldOf(rule) ?? []))];
  const pairsOf = (rule: number, alone: boolean) =>
    found.reduce((sum, each) => {
      if (each.rules[rule] !== 2) return sum;
      return !alone || each.rules.filter((state) => state === 2).length === 1 ? sum + each.pairs : sum;
    }, 0);
  const blocking = report.map((each) => {
    const rule = rules.findIndex(({ name }) => name === each.rule);
    return { ...each, accepted: pairsOf(rule, false), only: pairsOf(rule, true) };
  });
  const allMeet = rules.some(({ parts }) => parts.length === 0);
  return { blocking, missed: allMeet ? NONE : missedPairs(capturesOf(rules, fields, found), fields, joined) };
}

/** Of profiles that all meet. */
const NONE: Missed = { pairs: 0, joined: 0, share: 0, fields: [] };

/** By which fields accepted pairs were found, and could be. */
function capturesOf(rules: readonly Rule[], fields: readonly string[], found: readonly Finding[]): Capture[] {
  const places = rules.map((rule) => fields.indexOf(fieldOf(rule) ?? ''));
  return found.map((each) => {
    const states = new Uint8Array(fields.length);
    each.rules.forEach((state, rule) => {
      const place = places[rule] ?? -1;
      if (place >= 0) states[place] = Math.max(states[place] ?? 0, state);
    });
    return { fields: states, pairs: each.pairs };
  });
}

/** Columns that are looked at, a bit for each. */
const MOST_COLUMNS = 31;

/** Whether two profiles have all that a rule's key is made of. */
function couldFind(profiles: Profiles, rules: readonly Rule[]): (a: number, b: number) => (rule: number) => boolean {
  const names = [...new Set(rules.flatMap(columnsOf))].slice(0, MOST_COLUMNS);
  const columns = names.map((name) => profiles.column(name));
  const needed = Int32Array.from(rules, (rule) =>
    columnsOf(rule).reduce((bits, name) => (names.includes(name) ? bits | (1 << names.indexOf(name)) : bits), 0),
  );
  let there = 0;
  const open = (rule: number) => (there & (needed[rule] ?? 0)) === (needed[rule] ?? 0);
  return (a, b) => {
    there = 0;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (column !== undefined && column.code(a) >= 0 && column.code(b) >= 0) there |= 1 << i;
    }
    return open;
  };
}
