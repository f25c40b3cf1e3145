import { recordName } from '../../contracts/record-key.ts';
import type { RecordLabel } from '../records/labels.ts';

/** `one` and `other` bear the same label in the same partition. */
interface Bond {
  one: string;
  other: string;
  label: string;
}

/**
 * Why a set of labels can not hold: two records that must stay apart are bound together by others, named as a chain such as
 * `A = B (…), B = C (…), but A ≠ C (…)`. Undefined when it can. `source` tells who said a label, and why.
 */
export function contradiction(labels: readonly RecordLabel[], source: (label: string) => string): string | undefined {
  const partitions = firstRecords(labels);
  const bonds = bondsOf(labels, partitions);
  const group = groupsOf(bonds);
  for (const [label, firsts] of partitions) {
    const seen = new Map<string, string>();
    for (const record of firsts.values()) {
      const of = group(record);
      const other = seen.get(of);
      if (other !== undefined) return told(chain(bonds, other, record), { one: other, other: record, label }, source);
      seen.set(of, record);
    }
  }
  return undefined;
}

/** By label and partition the first record that bears it. */
function firstRecords(labels: readonly RecordLabel[]): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const { label, partition, ...key } of labels) {
    const firsts = found.get(label) ?? new Map<string, string>();
    found.set(label, firsts);
    if (!firsts.has(partition)) firsts.set(partition, recordName(key));
  }
  return found;
}

/** Each labelled record with the first of its partition. */
function bondsOf(labels: readonly RecordLabel[], partitions: ReturnType<typeof firstRecords>): Bond[] {
  return labels.flatMap(({ label, partition, ...key }) => {
    const [one, other] = [partitions.get(label)?.get(partition), recordName(key)];
    return one === undefined || one === other ? [] : [{ one, other, label }];
  });
}

/** Tells which group a record is in: records that bonds connect are in one. */
function groupsOf(bonds: readonly Bond[]): (record: string) => string {
  const parent = new Map<string, string>();
  const root = (record: string): string => {
    let at = record;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
    if (at !== record) parent.set(record, at);
    return at;
  };
  for (const { one, other } of bonds) {
    const [a, b] = [root(one), root(other)];
    if (a !== b) parent.set(b, a);
  }
  return root;
}

/** The fewest bonds that lead from one record to another, in order. */
function chain(bonds: readonly Bond[], from: string, to: string): Bond[] {
  const next = new Map<string, Bond[]>();
  const lead = (bond: Bond) => next.set(bond.one, [...(next.get(bond.one) ?? []), bond]);
  for (const bond of bonds) {
    lead(bond);
    lead({ one: bond.other, other: bond.one, label: bond.label });
  }
  const came = new Map<string, Bond | undefined>([[from, undefined]]);
  for (const record of came.keys()) {
    for (const bond of next.get(record) ?? []) if (!came.has(bond.other)) came.set(bond.other, bond);
  }
  const path: Bond[] = [];
  for (let bond = came.get(to); bond !== undefined; bond = came.get(bond.one)) path.unshift(bond);
  return path;
}

function told(path: readonly Bond[], apart: Bond, source: (label: string) => string): string {
  const links = path.map(({ one, other, label }) => `${one} = ${other} (${source(label)})`);
  return `${[...links, `but ${apart.one} ≠ ${apart.other} (${source(apart.label)})`].join(', ')}`;
}
