import type { RuleReport } from '../blocking/blocks.ts';
import type { Missed } from '../blocking/missed-pairs.ts';
import type { SharedValue } from '../cleaning/bad-values.ts';
import type { Records } from '../cleaning/standardise.ts';
import type { Column } from '../records/columns.ts';
import type { Collapsed } from '../records/duplicates.ts';
import type { RecordLabel } from '../records/labels.ts';
import { largestSources, sourceMasks } from '../records/sources.ts';

/** Below so many records nothing is told, nor below one in a hundred of all. */
const MANY = 100;
/** Two sources hold the same when so much of the smaller is in the other, record by record. */
const SAME = 0.95;
/** Longer values than people's are something else: letters. */
const LONG = 1000;
/** Of one kind of warning, the gravest. */
const MOST = 3;

interface Seen {
  records: Records;
  collapsed: Collapsed;
  blocking: readonly RuleReport[];
  missed: Missed;
}

/** What is odd about the records, in sentences that name the value, for people to mend where they come from. */
export const warningsOf = ({ records, collapsed, blocking, missed }: Seen): string[] => [
  ...identical(records, collapsed),
  ...columnWarnings(records),
  ...exploding(blocking, collapsed.profiles.size),
  ...spreadWarnings({ records, collapsed, missed }),
];

/** Of them those that no text of a record is needed for. */
export const spreadWarnings = ({
  records,
  collapsed,
  missed,
}: Omit<Seen, 'blocking' | 'records'> & { records: Pick<Records, 'datasource'> }): string[] => [
  ...sameSources(records, collapsed),
  ...unmet(missed),
];

/** Values that too many people share. */
export const sharedWarnings = (shared: readonly SharedValue[], records: number): string[] =>
  shared
    .filter(({ num_values }) => num_values >= manyOf(records))
    .sort((one, other) => other.num_values - one.num_values)
    .slice(0, MOST)
    .map(
      ({ semantic, value, num_values, num_proxy }) =>
        `${semantic} ${shown(value)} is on ${counted(num_values)} records with ${counted(num_proxy)} names: it counts as empty`,
    );

/** Labels of records that are not there say nothing of anybody. */
export function labelWarnings(lost: readonly Pick<RecordLabel, 'label' | 'datasource' | 'pk'>[]): string[] {
  const named = lost.slice(0, MOST).map(({ label, datasource, pk }) => `${datasource}/${pk} (${shown(label)})`);
  const others = lost.length > MOST ? ' and others' : '';
  if (lost.length === 0) return [];
  return [`${LOST} ${counted(lost.length)}: ${named.join(', ')}${others}: mend or remove them where they were said`];
}

const LOST = 'labels of records that are not there count for nothing,';

/** Whether a warning of the last run is about labels, which may be others now. */
export const isOfLabels = (warning: string): boolean => warning.startsWith(LOST);

const manyOf = (records: number) => Math.max(MANY, records / 100);
const counted = (n: number) => n.toLocaleString('en');
const shown = (value: string) => (value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value));

function identical(all: Records, { profiles, records }: Collapsed): string[] {
  const many = [...records.keys()].filter((place) => (records[place] ?? 0) >= manyOf(all.size));
  return many
    .sort((one, other) => (records[other] ?? 0) - (records[one] ?? 0))
    .slice(0, MOST)
    .map((place) => {
      const first = profiles.ids[place] ?? 0;
      const values = given(all).flatMap(([, column]) => column.text(first) ?? []);
      const n = counted(records[place] ?? 0);
      return values.length === 0
        ? `${n} records have no value that is compared: each is a person of its own`
        : `${n} records say the same: ${shown(values.slice(0, MOST).join(', '))}`;
    });
}

/** Columns that are made of others. */
const MADE = new Set(['sound', 'street', 'po_box', 'emails', 'phones']);
const given = ({ columns }: Records) => [...columns].filter(([name]) => !MADE.has(name));

function columnWarnings(records: Records): string[] {
  const { size } = records;
  return given(records).flatMap(([name, column]) => [...constant(name, column, size), ...long(name, column)]);
}

function constant(name: string, { codes, dictionary }: Column, size: number): string[] {
  const one = codes.find((code) => code >= 0);
  if (one === undefined || codes.some((code) => code >= 0 && code !== one)) return [];
  const n = codes.reduce((sum, code) => (code < 0 ? sum : sum + 1), 0);
  if (n < manyOf(size)) return [];
  return [
    `${name} has one value, ${shown(dictionary.text(one))}, in all of its ${counted(n)} records: it tells nobody apart`,
  ];
}

function long(name: string, { dictionary }: Column): string[] {
  let longest = 0;
  for (let code = 0; code < dictionary.size; code++) {
    // A letter takes a byte at least: most texts need not be made to know that they are short.
    if (dictionary.bytes(code) > LONG) longest = Math.max(longest, dictionary.text(code).length);
  }
  return longest <= LONG ? [] : [`${name} has values of up to ${counted(longest)} letters: no person's is so long`];
}

/** Rules over values that few people have in common. */
const isOwn = (rule: string) => ['name', 'email', 'email-user', 'phone'].includes(rule) || /^[fb]k_/.test(rule);

/** Values that should be one person's, or a few people's. */
const exploding = (blocking: readonly RuleReport[], profiles: number): string[] =>
  blocking
    .flatMap(({ rule, exploding: of }) => (of !== undefined && isOwn(rule) ? [{ rule, ...of }] : []))
    .filter((of) => of.profiles >= manyOf(profiles))
    .sort((one, other) => other.profiles - one.profiles)
    .slice(0, MOST)
    .map(
      ({ rule, value, profiles: n }) =>
        `${counted(n)} profiles share ${shown(value)}: rule ${rule} compares those alone that agree in more`,
    );

function sameSources(records: Pick<Records, 'datasource'>, collapsed: Collapsed): string[] {
  const names = largestSources(records);
  const masks = sourceMasks(records, collapsed, names);
  const both = names.map(() => new Float64Array(names.length));
  for (let place = 0; place < masks.length; place++) {
    const mask = masks[place] ?? 0;
    for (let one = 0; one < names.length; one++) {
      if (((mask >>> one) & 1) === 0) continue;
      for (let other = one; other < names.length; other++) {
        const row = both[one];
        if (row !== undefined && ((mask >>> other) & 1) === 1) row[other] = (row[other] ?? 0) + 1;
      }
    }
  }
  return names.flatMap((name, one) =>
    names.slice(one + 1).flatMap((smaller, i) => {
      const other = one + 1 + i;
      const [shared, own] = [both[one]?.[other] ?? 0, both[other]?.[other] ?? 0];
      if (own < MANY || shared < SAME * own) return [];
      return [
        `${counted(shared)} of ${counted(own)} distinct records of ${smaller} are in ${name} too: is it one source under two names?`,
      ];
    }),
  );
}

/** From such a share on it is told that blocking is thought to have missed pairs. */
const MUCH_MISSED = 0.1;

function unmet({ pairs, joined, share, fields }: Missed): string[] {
  if (share < MUCH_MISSED || pairs - joined < MANY) return [];
  const helpful = fields.map(({ field, pairs: n }) => `${field} (${counted(n)})`).join(', ');
  return [
    `about ${counted(pairs - joined)} pairs of one person are thought never to have met, ${Math.round(100 * share)} % of all${helpful && `: they might if more records had ${helpful}`}`,
  ];
}
