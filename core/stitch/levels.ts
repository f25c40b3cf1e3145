import { type Comparison, DIFFER, equalLevel, MISSING } from './comparisons.ts';
import { hamming, jaroWinkler, oneEditApart } from './similarity.ts';
import { band } from './values.ts';

/** A standardised record, as `unified_preprocessed_raw` has it; birthdate as `1980-02-29`. */
export type StandardRecord = Readonly<Record<string, string | null | undefined>>;

/** What the levels of two records depend on beside them. */
export interface LevelContext {
  nicknames: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many profiles hold a value; those that fewer than four hold may be left out. */
  holders(column: string, value: string): number;
}

interface Agreement {
  missing: boolean;
  equal: boolean;
  /** In the order of the comparison's levels. */
  graded: boolean[];
  /** The value that they share, as `value_band` has it. */
  value: string;
}

type Values = (name: string) => [string, string] | undefined;

/** The level of two records in one comparison: what the SQL of the comparison finds, for one pair. */
export function levelOf(comparison: Comparison, a: StandardRecord, b: StandardRecord, context: LevelContext): number {
  const { missing, equal, graded, value } = agreement(comparison, both(a, b), context);
  if (missing) return MISSING;
  if (equal && comparison.equal) return equalLevel(comparison, band(context.holders(comparison.equal.column, value)));
  const found = graded.lastIndexOf(true);
  return found < 0 ? DIFFER : found + 2;
}

/** The values of a column on both sides, when both have one. */
function both(a: StandardRecord, b: StandardRecord): Values {
  return (name) => {
    const [left, right] = [a[name], b[name]];
    return left != null && right != null ? [left, right] : undefined;
  };
}

const none: Agreement = { missing: true, equal: false, graded: [], value: '' };

function agreement({ name, reads }: Comparison, values: Values, context: LevelContext): Agreement {
  switch (name) {
    case 'given_name':
      return givenName(values, context);
    case 'surname':
      return surname(values);
    case 'birthdate':
      return birthdate(values);
    case 'email':
      return email(values);
    case 'phone':
      return of(values(name), (l, r) => [hamming(l, r) === 1 || l.slice(-7) === r.slice(-7)]);
    case 'address':
      return address(values, context);
    case 'company':
      return of(values(name), (l, r) => [jaroWinkler(l, r) >= 0.9]);
    case 'gender':
    case 'generational_suffix':
      return of(values(name), (l, r) => [l === r]);
    case 'keys':
      return keys(Object.keys(reads), values, context);
    default:
      return of(values(name), (l, r) => [Math.min(l.length, r.length) > 3 && oneEditApart(l, r)]);
  }
}

function of(pair: [string, string] | undefined, grade: (l: string, r: string) => boolean[]): Agreement {
  if (pair === undefined) return none;
  return { missing: false, equal: pair[0] === pair[1], graded: grade(...pair), value: pair[0] };
}

/** Foreign keys equal, separation keys different; nicknames and day and month changed over are no difference. */
function keys(columns: readonly string[], values: Values, { nicknames }: LevelContext): Agreement {
  const foreign = columns.some(
    (column) =>
      column.startsWith('fk_') && values(column)?.[0] !== undefined && values(column)?.[0] === values(column)?.[1],
  );
  const apart = columns.some((column) => {
    const pair = column.startsWith('sk_') ? values(column) : undefined;
    if (pair === undefined || pair[0] === pair[1]) return false;
    if (column.includes('given_name')) return !nickname(values('given_name') ?? ['', ''], nicknames);
    return !(column.includes('birth') && pair[0] === turned(pair[1]));
  });
  return { missing: !foreign && !apart, equal: false, graded: [foreign, foreign && apart], value: '' };
}

/** A date as `1981-09-08` with day and month changed over. */
const turned = (day: string) => `${day.slice(0, 4)}-${day.slice(8)}-${day.slice(5, 7)}`;

function nickname([l, r]: [string, string], names: LevelContext['nicknames']): boolean {
  const theirs = names.get(r);
  return [...(names.get(l) ?? [])].some((canonical) => theirs?.has(canonical) === true);
}

function swapped(values: Values): boolean {
  const [given, family] = [values('given_name'), values('surname')];
  if (given === undefined || family === undefined || given[0] === family[0] || given[0] === given[1]) return false;
  const over = [given[0] === family[1], family[0] === given[1]];
  const nearly = [jaroWinkler(family[0], given[1]) >= 0.88, jaroWinkler(given[0], family[1]) >= 0.88];
  return (over[0] === true && (over[1] === true || nearly[0] === true)) || (over[1] === true && nearly[1] === true);
}

function givenName(values: Values, { nicknames }: LevelContext): Agreement {
  return of(values('given_name'), (l, r) => {
    const alike = jaroWinkler(l, r);
    const initial = Math.min(l.length, r.length) === 1 && l[0] === r[0];
    return [alike >= 0.8, initial, alike >= 0.88, nickname([l, r], nicknames), alike >= 0.94, swapped(values)];
  });
}

function surname(values: Values): Agreement {
  if (swapped(values)) return none;
  return of(values('surname'), (l, r) => {
    const alike = jaroWinkler(l, r);
    const within = (long: string, short: string) => long.startsWith(`${short} `) || long.endsWith(` ${short}`);
    return [alike >= 0.8, within(l, r) || within(r, l), alike >= 0.88, alike >= 0.94];
  });
}

const DAY = 86_400_000;

function birthdate(values: Values): Agreement {
  return of(digits(values('birthdate')), (l, r) => {
    const days = Math.abs(Date.parse(dashed(l)) - Date.parse(dashed(r))) / DAY;
    const [ly, lm, ld, ry, rm, rd] = [
      l.slice(0, 4),
      l.slice(4, 6),
      l.slice(6),
      r.slice(0, 4),
      r.slice(4, 6),
      r.slice(6),
    ];
    const equal = [ly === ry, lm === rm, ld === rd].filter(Boolean).length;
    const over = ly === ry && lm === rd && ld === rm;
    return [days <= 366, days <= 31, equal === 2, hamming(l, r) === 1 || over];
  });
}

const dashed = (day: string) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;

function digits(pair: [string, string] | undefined): [string, string] | undefined {
  return pair && [pair[0].replaceAll('-', ''), pair[1].replaceAll('-', '')];
}

function email(values: Values): Agreement {
  const user = (address: string) => (address.split('@')[0] ?? '').replaceAll(/[._-]/g, '');
  const digits = (text: string) => text.replaceAll(/[A-Z]/g, '');
  const numbered = (a: string, b: string) => digits(a) === digits(b) || oneEditApart(digits(a), digits(b));
  return of(values('email'), (l, r) => {
    const [mine, theirs] = [user(l), user(r)];
    return [
      mine !== theirs && jaroWinkler(mine, theirs) >= 0.9 && numbered(mine, theirs),
      mine === theirs && mine !== '',
    ];
  });
}

function address(values: Values, { holders }: LevelContext): Agreement {
  const [street, postal, city] = [values('street'), values('postal'), values('city')];
  if (!street && !postal && !city) return none;
  const same = (pair: [string, string] | undefined) => pair !== undefined && pair[0] === pair[1];
  const [samePostal, sameCity] = [same(postal), same(city)];
  const sameArea = samePostal || sameCity;
  const alike = street && street[0] !== street[1] ? jaroWinkler(...street) : 0;
  const common = samePostal && postal ? Math.min(7, Math.floor(band(holders('postal', postal[0])) / 2)) : -1;
  const area = samePostal && postal ? postal : sameCity && !postal ? city : undefined;
  return {
    missing: false,
    equal: same(street) && area !== undefined,
    graded: [
      street !== undefined && sameArea,
      street === undefined && sameCity,
      street === undefined && postal !== undefined && oneEditApart(...postal),
      ...[7, 6, 5, 4, 3, 2, 1, 0].map((each) => street === undefined && each === common),
      alike >= 0.9 && (sameArea || (!postal && !city)),
      same(street),
    ],
    value: `${street?.[0]}|${area?.[0]}`,
  };
}
