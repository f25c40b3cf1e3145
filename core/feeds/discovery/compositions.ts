import { ident } from '../../sql/quote.ts';
import { all, type ColumnFacts, share } from './column-facts.ts';
import { decideType } from './column-types.ts';
import { dayOf, mostlyDays } from './mixed-dates.ts';
import { GIVEN_NAME_LAST, inScripts, SURNAME_FIRST_IN_SCRIPTS } from './names-in-scripts.ts';
import { partNames, SURNAME_FIRST, spelledOut, tagNames, tagsNamed, withoutTurn } from './tag-names.ts';
import { distanceOf } from './whose.ts';

/** A column that an ingest query makes of several, or of one that doesn't fit as it is. */
export interface Composition {
  column: string;
  type: 'String' | 'Date';
  tag: string;
  /** DuckDB SQL over the table `file`. */
  sql: string;
  /** Columns that it is made of, which then carry no tag of their own. */
  of: string[];
  because: string;
  /** What a person should know, by what was measured of the column that it makes. */
  question?: (made: ColumnFacts) => string | undefined;
}

/** What should be put together before the file is loaded. */
export function composeColumns(columns: readonly ColumnFacts[]): Composition[] {
  const taken = new Set(columns.map(({ column }) => column));
  const free: Free = (...names) => {
    const name = names.find((each) => !taken.has(each)) ?? `${names[0]}_2`;
    taken.add(name);
    return name;
  };
  return [
    ...streetWithNumber(columns, free),
    ...birthdateOfParts(columns, free),
    ...birthdateOfText(columns, free),
    ...namesInTurns(columns, free),
    ...surnameInFront(columns, free),
    ...initialsBeside(columns, free),
    ...contactsInLists(columns, free),
  ];
}

/** The first of these names that no column has, neither of the file nor made of others. */
type Free = (...names: string[]) => string;

const called = (columns: readonly ColumnFacts[], names: RegExp): ColumnFacts | undefined =>
  columns.find(({ column }) => names.test(column) || names.test(spelledOut(column)));
/** The person's own first. */
const named = (columns: readonly ColumnFacts[], tag: string): ColumnFacts[] =>
  columns
    .filter((facts) => tagsNamed(facts).some((found) => found.tag === tag))
    .sort((one, other) => distanceOf(one.column) - distanceOf(other.column));

/** A house number in one field and the street in another are one address. */
function streetWithNumber(columns: readonly ColumnFacts[], free: Free): Composition[] {
  const number = called(columns, partNames.streetNumber);
  const [street] = named(columns, 'address');
  if (number === undefined || street === undefined || number.filled === 0 || share(street, 'street') > 0.5) return [];
  return [
    {
      column: free('address', 'full_address'),
      type: 'String',
      tag: 'address',
      sql: `nullif(trim(concat_ws(' ', ${ident(number.field)}, ${ident(street.field)})), '')`,
      of: [number.column, street.column],
      because: `${number.field} and ${street.field} make one address`,
    },
  ];
}

function birthdateOfParts(columns: readonly ColumnFacts[], free: Free): Composition[] {
  const [year, month, day] = [partNames.birthYear, partNames.birthMonth, partNames.birthDay].map((names) =>
    called(columns, names),
  );
  if (year === undefined || month === undefined || day === undefined) return [];
  if (![year, month, day].every((part) => all(part, 'Integer'))) return [];
  const [y, m, d] = [year, month, day].map(({ field }) => `CAST(${ident(field)} AS VARCHAR)`);
  return [
    {
      column: free('birthdate', 'date_of_birth'),
      type: 'Date',
      tag: 'birthdate',
      sql: `TRY_CAST(concat(${y}, '-', ${m}, '-', ${d}) AS DATE)`,
      of: [year, month, day].map(({ column }) => column),
      because: `${year.field}, ${month.field} and ${day.field} make one date of birth`,
    },
  ];
}

/**
 * Dates of birth of which a few are impossible: a Date field would send whole people to quarantine for them. Nor does it know
 * that nobody was born in 2044.
 */
function birthdateOfText(columns: readonly ColumnFacts[], free: Free): Composition[] {
  const [birth] = named(columns, 'birthdate');
  if (birth === undefined) return [];
  const { type, patterns } = decideType(birth);
  const isShort = patterns.some((written) => /yy/.test(written) && !/yyyy/.test(written));
  if (/^Date/.test(type) && !isShort) return [];
  const { part, pattern } = mostlyDays(birth);
  if (part < 0.6) return [];
  return [
    {
      column: free('birthdate', 'date_of_birth'),
      type: 'Date',
      tag: 'birthdate',
      sql: dayOf(ident(birth.field), birth),
      of: [birth.column],
      because: `the field is called ${birth.field}, and most of it is written ${pattern}`,
      question: ({ filled }) =>
        filled < birth.filled
          ? `${birth.filled - filled} of ${birth.filled} values of ${birth.field} say no day for certain, most are written ${pattern}: they are kept as they are, and the birthdate made of them is empty; is that right?`
          : undefined,
    },
  ];
}

/** First names or surnames in several fields, one behind the other. */
function namesInTurns(columns: readonly ColumnFacts[], free: Free): Composition[] {
  return ['given-name', 'surname'].flatMap((tag) => {
    const rules = tagNames.filter((rule) => rule.tag === tag);
    const parts = columns
      .map(({ field, column }) => ({ field, column, ...withoutTurn(column) }))
      .filter(({ base, turn }) => turn !== undefined && rules.some(({ names }) => names.test(base)));
    const [first] = parts;
    const turns = parts
      .filter(({ base }) => base === first?.base)
      .sort((one, other) => (one.turn ?? 0) - (other.turn ?? 0));
    if (turns.length < 2) return [];
    return [
      {
        column: free(tag.replaceAll('-', '_'), `${tag.replaceAll('-', '_')}s`),
        type: 'String' as const,
        tag,
        sql: `nullif(trim(concat_ws(' ', ${turns.map(({ field }) => ident(field)).join(', ')})), '')`,
        of: turns.map(({ column }) => column),
        because: `${turns.map(({ field }) => field).join(' and ')} are one name`,
      },
    ];
  });
}

/** A surname of one word, with what may stand before it: `De Luca`, `van der Berg`, `Dr. Kiss`. */
const TITLES = '(?:(?i:dr|prof|mag|ing|dott|id|ifj)\\.? +)*';
const SURNAME =
  '((?:(?i:d[aeiu]l?|d[aeo]s|dell[ao]|degli|van|von|zu|ter|ten|de[nr]|het|l[aeo]|el|al|bin|ben) +)*[^ ,]+)';

/** A name after the father's, behind the given name: where it is in the middle, that is in front after all. */
const PATRONYMIC_WITHIN = '^\\S+ +(\\S+(?i:[ое]вич|ьич|[оеі]вна|ївна|ична)) +\\S+$';
/** `Nguyễn Văn An`: the name that a person is called by is the last. */
const CALLED_LAST = '^(\\S+) +(?:(.*) )?(\\S+)$';

/** A whole name that has its surname in front is told from others by a comma behind that. */
function surnameInFront(columns: readonly ColumnFacts[], free: Free): Composition[] {
  const isCalled = (names: RegExp) => columns.find(({ field }) => names.test(inScripts(field)));
  const last = isCalled(GIVEN_NAME_LAST);
  const name = called(columns, SURNAME_FIRST) ?? isCalled(SURNAME_FIRST_IN_SCRIPTS) ?? last;
  if (name === undefined) return [];
  const value = `trim(${ident(name.field)})`;
  const turned =
    name === last
      ? `trim(regexp_replace(${value}, '${CALLED_LAST}', '\\1, \\3 \\2'))`
      : `CASE WHEN regexp_matches(${value}, '${PATRONYMIC_WITHIN}') THEN ${value}
  ELSE regexp_replace(${value}, '^${TITLES}${SURNAME} +([^,]+)$', '\\1, \\2') END`;
  const because = `the field is called ${name.field}, surname first`;
  return [
    {
      column: free('full_name', 'whole_name'),
      type: 'String',
      tag: 'full-name',
      sql: `nullif(${turned}, '')`,
      of: [name.column],
      because,
    },
    {
      column: free('other_names'),
      type: 'String',
      tag: 'evidence-other-names',
      sql: `coalesce(nullif(regexp_extract(${value}, '${PATRONYMIC_WITHIN}', 1), ''), nullif(regexp_extract(${turned}, '^[^,]+, *[^ .]+ +([^ .].*)$', 1), ''))`,
      of: [name.column],
      because: `of whole names in ${name.field} only a surname and a given name are compared`,
    },
  ];
}

/** Initials beside a given name: their first letter stands for it where it is missing, the others say more than it does. */
function initialsBeside(columns: readonly ColumnFacts[], free: Free): Composition[] {
  const initials = called(columns, partNames.initials);
  const given = named(columns, 'given-name').find((facts) => facts !== initials);
  if (initials === undefined || given === undefined || initials.filled === 0) return [];
  const letters = `regexp_replace(${ident(initials.field)}, '[^\\pL]+', '', 'g')`;
  const because = `${initials.field} begins with the first letter of ${given.field}`;
  return [
    {
      column: free('given_name', 'called_name'),
      type: 'String',
      tag: 'given-name',
      sql: `coalesce(nullif(trim(${ident(given.field)}), ''), nullif(left(${letters}, 1), ''))`,
      of: [given.column],
      because,
    },
    {
      column: free('other_initials'),
      type: 'String',
      tag: 'evidence-other-initials',
      sql: `nullif(substr(${letters}, 2), '')`,
      of: [initials.column],
      because,
    },
  ];
}

/** What the values of a list of contacts look like within it, whatever it holds besides. */
const CONTACTS = [
  { tag: 'email', names: /./, pattern: '[^\\s"<>:,]+@[^\\s"<>,]+\\.[A-Za-z]{2,}' },
  { tag: 'phone', names: /phone|tel|mobile|cell|contact/, pattern: '[+(]?[0-9][0-9 ().-]{5,18}[0-9]' },
] as const;

/** E-mails and phones of a list, of which nested files have one in each row: the first two. */
function contactsInLists(columns: readonly ColumnFacts[], free: Free): Composition[] {
  const lists = columns.filter(
    ({ examples }) => examples.length > 0 && examples.every((example) => /^\[/.test(example)),
  );
  return lists.flatMap(({ field, column, examples }) =>
    CONTACTS.flatMap(({ tag, names, pattern }) => {
      if (!names.test(column) || !examples.some((example) => new RegExp(`"${pattern}"`).test(example))) return [];
      const name = column.includes(tag) ? column : `${column}_${tag}`;
      return [1, 2].map((turn) => ({
        column: free(`${name}_${turn}`),
        type: 'String' as const,
        tag,
        sql: `nullif(regexp_extract_all(${ident(field)}, '"(${pattern})"', 1)[${turn}], '')`,
        of: [column],
        because: `${field} is a list of ${tag === 'email' ? 'e-mails' : 'phones'}`,
      }));
    }),
  );
}
