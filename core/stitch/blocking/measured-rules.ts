import { counted, Patterns } from '../comparisons/patterns.ts';
import type { Profiles } from '../records/profiles.ts';
import type { Rule } from './blocking.ts';
import type { Blocks, RuleReport } from './blocks.ts';
import { type Missed, missedPairs } from './missed-pairs.ts';
import type { Pairs } from './pairs.ts';

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

interface Measuring {
  profiles: Profiles;
  rules: readonly Rule[];
  blocks: Blocks;
  /** The accepted pairs. */
  links: Pairs;
  /** How many accepted pairs were compared because others brought them together. */
  joined: number;
}

/** What each rule was good for, and what all of them are thought to have missed. */
export function measured(measuring: Measuring): { blocking: MeasuredRule[]; missed: Missed } {
  const { rules, blocks, joined } = measuring;
  const fields = [...new Set(rules.flatMap((rule) => fieldOf(rule) ?? []))];
  const { accepted, only, captures } = capturesOf(measuring, fields);
  const blocking = blocks.report.map((report) => {
    const rule = rules.findIndex(({ name }) => name === report.rule);
    return { ...report, accepted: accepted[rule] ?? 0, only: only[rule] ?? 0 };
  });
  const allMeet = rules.some(({ parts }) => parts.length === 0);
  return { blocking, missed: allMeet ? NONE : missedPairs(captures, fields, joined) };
}

/** Of profiles that all meet. */
const NONE: Missed = { pairs: 0, joined: 0, share: 0, fields: [] };

/** By rule how many of the accepted pairs it found, and found alone; and by which fields they were found, and could be. */
function capturesOf({ profiles, rules, blocks, links }: Measuring, fields: readonly string[]) {
  const places = rules.map((rule) => fields.indexOf(fieldOf(rule) ?? ''));
  const could = couldFind(profiles, rules);
  const [accepted, only] = [new Float64Array(rules.length), new Float64Array(rules.length)];
  const patterns = new Patterns(fields.length);
  const row = new Uint8Array(fields.length);
  const pattern = links.a.map((a, link) => {
    const b = links.b[link] ?? 0;
    const open = could(a, b);
    let [found, last] = [0, 0];
    row.fill(0);
    for (let rule = 0; rule < rules.length; rule++) {
      if (!open(rule)) continue;
      const [meet, place] = [blocks.meetBy(rule, a, b), places[rule] ?? 0];
      if (place >= 0 && row[place] !== 2) row[place] = meet ? 2 : 1;
      if (!meet) continue;
      accepted[rule] = (accepted[rule] ?? 0) + 1;
      found++;
      last = rule;
    }
    if (found === 1) only[last] = (only[last] ?? 0) + 1;
    return patterns.add(row);
  });
  const counts = counted(patterns, pattern);
  const captures = Array.from(patterns.sorted(), (of) => ({ fields: patterns.levels(of), pairs: counts[of] ?? 0 }));
  return { accepted, only, captures };
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
