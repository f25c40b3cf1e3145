import type { Evaluation } from '../../contracts/evaluation.ts';
import { recordName } from '../../contracts/record-key.ts';
import { InvalidInput } from '../../errors.ts';

/** Which person a record is of, by the truth or by Stitch. */
export interface Membership {
  datasource: string;
  pk: string;
  group: string;
}

interface Scores {
  precision: number;
  recall: number;
  f1: number;
}

const examplesShown = 20;
const pairs = (n: number): number => (n * (n - 1)) / 2;
const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
const withF1 = (precision: number, recall: number): Scores => ({
  precision,
  recall,
  f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
});

/** Scores found ids against true persons. Counts groups, never pairs, so that its time grows with the records alone. */
export function evaluate(truth: Iterable<Membership>, found: Iterable<Membership>): Evaluation {
  const persons = byRecord(truth);
  const cells = new Map<string, Map<string, number>>();
  let records = 0;
  let unlabelled = 0;
  for (const record of found) {
    const person = persons.get(keyOf(record));
    if (person === undefined) {
      unlabelled += 1;
      continue;
    }
    records += 1;
    const ofId = cells.get(record.group) ?? new Map<string, number>();
    cells.set(record.group, ofId.set(person, (ofId.get(person) ?? 0) + 1));
  }
  const byPerson = turned(cells);
  return {
    records,
    missing: persons.size - records,
    unlabelled,
    people_true: byPerson.size,
    people_found: cells.size,
    ...scores(cells, byPerson, records),
    false_joins: mixed(cells, (amp_id, people, n) => ({ amp_id, people, records: n })),
    splits: mixed(byPerson, (person, amp_ids, n) => ({ person, amp_ids, records: n })),
  };
}

/** The same, refused when the two have no record in common: nothing is neither right nor wrong. */
export function evaluateAgainst(truth: readonly Membership[], found: readonly Membership[]): Evaluation {
  const scores = evaluate(truth, found);
  if (scores.records > 0) return scores;
  const first = ([one]: readonly Membership[]) => (one ? recordName(one) : 'nothing');
  throw new InvalidInput(
    `none of the truth's records was stitched: its first is ${first(truth)}, where Stitch has ${first(found)}; expected a domain table as datasource, and a key of it as pk`,
  );
}

type Cells = ReadonlyMap<string, ReadonlyMap<string, number>>;

const keyOf = ({ datasource, pk }: Membership): string => `${datasource}\0${pk}`;
const sum = (counts: Iterable<number>): number => [...counts].reduce((total, n) => total + n, 0);

const byRecord = (memberships: Iterable<Membership>): Map<string, string> => {
  const groups = new Map<string, string>();
  for (const one of memberships) groups.set(keyOf(one), one.group);
  return groups;
};

function turned(cells: Cells): Map<string, Map<string, number>> {
  const other = new Map<string, Map<string, number>>();
  for (const [outer, counts] of cells) {
    for (const [inner, n] of counts) other.set(inner, (other.get(inner) ?? new Map<string, number>()).set(outer, n));
  }
  return other;
}

function scores(byId: Cells, byPerson: Cells, records: number): Pick<Evaluation, 'pairwise' | 'b_cubed'> {
  const ofPerson = new Map([...byPerson].map(([person, counts]) => [person, sum(counts.values())]));
  let joined = 0;
  let joined_rightly = 0;
  let precision = 0;
  let recall = 0;
  for (const counts of byId.values()) {
    const size = sum(counts.values());
    joined += pairs(size);
    for (const [person, n] of counts) {
      joined_rightly += pairs(n);
      precision += (n * n) / size;
      recall += (n * n) / (ofPerson.get(person) ?? n);
    }
  }
  const to_join = sum([...ofPerson.values()].map(pairs));
  return {
    pairwise: {
      ...withF1(share(joined_rightly, joined), share(joined_rightly, to_join)),
      joined,
      joined_rightly,
      to_join,
    },
    b_cubed: withF1(share(precision, records), share(recall, records)),
  };
}

/** Groups of one side that meet several of the other, largest first. */
function mixed<Example>(cells: Cells, example: (group: string, others: string[], records: number) => Example) {
  const found = [...cells]
    .filter(([, counts]) => counts.size > 1)
    .map(([group, counts]) => ({ group, others: [...counts.keys()].sort(), records: sum(counts.values()) }))
    .sort((a, b) => b.others.length - a.others.length || b.records - a.records || (a.group < b.group ? -1 : 1));
  return {
    count: found.length,
    examples: found.slice(0, examplesShown).map(({ group, others, records }) => example(group, others, records)),
  };
}
