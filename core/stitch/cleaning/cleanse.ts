import { Column } from '../records/columns.ts';
import { type Dictionary, type Letters, lettersHash, textHash } from '../records/dictionary.ts';
import type { Shape } from '../records/shape.ts';
import { flagged, judged, type ListedValue, type SharedValue, wholeAddress } from './bad-values.ts';
import type { Records } from './standardise.ts';

/** Records without their bad values, and which of the flagged columns had one. */
export interface Cleansed {
  records: Records;
  /** Of each record a bit for each flagged column, by its place there. */
  flags: Int32Array;
  removed: { record: number; semantic: string; value: string }[];
}

/** Columns that go with another: where that is bad, they are. */
const WITH: Record<string, string> = {
  street: 'address',
  po_box: 'address',
  emails: 'email',
  phones: 'phone',
  sound: 'surname',
};

/** Stands for every source; -1 is one that no record is from. */
const ANY = -2;

/** Takes bad values away. */
export function cleansed(
  records: Records,
  shape: Shape,
  listed: readonly ListedValue[],
  shared: readonly SharedValue[],
): Cleansed {
  const bad = new Map<string, BadRecords>();
  for (const name of judged(shape)) bad.set(name, new BadRecords(records.size));
  const mark = (semantic: string, name: string, values: Column, part?: Part) => {
    const known = [
      ...listed.filter((each) => each.semantic === semantic),
      ...shared.flatMap(({ semantic: of, value }) => (of === semantic ? [{ datasource: '*', value }] : [])),
    ];
    bad.get(name)?.addAll(known, values, records.datasource, part);
  };
  for (const name of bad.keys()) mark(name, name, records.columns.get(name) ?? Column.empty(records.size));
  const email = records.columns.get('email');
  if (email !== undefined && !email.isEmpty) {
    mark('email_user', 'email', email, 'user');
    mark('email_domain', 'email', email, 'domain');
  }
  if (shared.some(({ semantic }) => semantic === 'address')) mark('address', 'address', wholeAddress(records));
  return withoutBad(records, bad);
}

/** The records whose value of a column is bad. */
class BadRecords {
  readonly #marked: Uint8Array;
  any = false;

  constructor(size: number) {
    this.#marked = new Uint8Array(size);
  }

  has(record: number): boolean {
    return this.#marked[record] === 1;
  }

  /** Marks those that have a known value, or a value of which a part is known, in the source that it is known of. */
  addAll(
    known: readonly { datasource: string; value: string }[],
    values: Column,
    datasource: Column,
    part?: Part,
  ): void {
    const sourcesOf = new Map<string, Set<number>>();
    for (const { datasource: source, value } of known) {
      const of = source === '*' ? ANY : datasource.dictionary.find(source);
      sourcesOf.set(value, (sourcesOf.get(value) ?? new Set()).add(of));
    }
    const sources = byCode(values, sourcesOf, part);
    if (sources.size === 0) return;
    for (let record = 0; record < this.#marked.length; record++) {
      const of = sources.get(values.code(record));
      if (of === undefined || !(of.has(ANY) || of.has(datasource.code(record)))) continue;
      this.#marked[record] = 1;
      this.any = true;
    }
  }
}

/** What is known of a column's values, by their numbers. */
function byCode<Known>(
  { dictionary }: Column,
  known: ReadonlyMap<string, Known>,
  part?: Part,
): ReadonlyMap<number, Known> {
  if (part !== undefined) return byPart(dictionary, known, part);
  const found = new Map<number, Known>();
  for (const [value, of] of known) {
    const code = dictionary.find(value);
    if (code >= 0) found.set(code, of);
  }
  return found;
}

/** Part of an e-mail: what stands before its first @, or behind it. */
type Part = 'user' | 'domain';
const AT = 64;

/** The same where a part of the value is known. A text is made of an e-mail only if its part's hash is a known one's. */
function byPart<Known>(
  dictionary: Dictionary,
  known: ReadonlyMap<string, Known>,
  part: Part,
): ReadonlyMap<number, Known> {
  const found = new Map<number, Known>();
  if (known.size === 0) return found;
  const hashes = new Set(Array.from(known.keys(), textHash));
  const { letters, starts } = dictionary.letters();
  for (let code = 0; code < dictionary.size; code++) {
    const [from, to] = [starts[code] ?? 0, starts[code + 1] ?? 0];
    const at = indexOf(letters, AT, from, to);
    const hash =
      part === 'user' ? lettersHash(letters, from, at) : lettersHash(letters, at + 1, indexOf(letters, AT, at + 1, to));
    if (!hashes.has(hash)) continue;
    const of = known.get(dictionary.text(code).split('@')[part === 'user' ? 0 : 1] ?? '');
    if (of !== undefined) found.set(code, of);
  }
  return found;
}

/** Where a letter first comes between two places; the second where it doesn't. */
function indexOf(letters: Letters, letter: number, from: number, to: number): number {
  let at = from;
  while (at < to && letters[at] !== letter) at++;
  return at;
}

function withoutBad(records: Records, bad: ReadonlyMap<string, BadRecords>): Cleansed {
  const columns = new Map(records.columns);
  for (const [name, column] of records.columns) {
    const marked = bad.get(WITH[name] ?? name);
    if (marked?.any)
      columns.set(
        name,
        new Column(
          column.codes.map((code, record) => (marked.has(record) ? -1 : code)),
          column.dictionary,
        ),
      );
  }
  const flags = new Int32Array(records.size);
  const removed: Cleansed['removed'] = [];
  for (const [bit, semantic] of flagged.entries()) {
    const [marked, values] = [bad.get(semantic), records.columns.get(semantic)];
    if (!marked?.any || values === undefined) continue;
    for (let record = 0; record < records.size; record++) {
      if (!marked.has(record)) continue;
      flags[record] = (flags[record] ?? 0) | (1 << bit);
      removed.push({ record, semantic, value: values.text(record) ?? '' });
    }
  }
  return { records: { ...records, columns }, flags, removed };
}
