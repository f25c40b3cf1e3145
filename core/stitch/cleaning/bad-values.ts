import type { StitchSettings } from '../../contracts/customer360.ts';
import { type Column, combinations, combined, heldBy } from '../records/columns.ts';
import { profileColumns, type Shape, shapeOf } from '../records/shape.ts';
import type { Records } from './standardise.ts';

const list = (values: string) => values.trim().split('|');

/** Placeholders in any column (reference §3.4). */
const EVERYWHERE = list(
  'BLOCKED|COLLECT|DECLINE|DECLINED|DECLINES|DENIED|EMPTY|INFO|N/A|N A|NAME|NONE|NONE GIVEN|NO VALUE|NOT AVAILABLE|NOT GIVEN|NOTAVAILABLE|NULL|REFUSED|TBD|TDB|TEST|TRAVEL|UNKNOWN',
);

/** By column of a standardised record; `email_user` and `email_domain` are the parts of `email`. */
const BY_COLUMN: Record<string, string[]> = {
  address: list('GENERAL DELIVERY|NEED ADDRESS|NO ADDRESS GIVEN|P O BOX|PO BOX|UNLISTED|YOUR STREET ADDRESS'),
  birthdate: list('1899-12-31|1900-01-01|1920-01-01'),
  city: list('NA|NAN|NEED CITY|NO|NO ADDRESS'),
  state: list('NA|NAN|NEED STATE|NO'),
  postal: list('00000|11111|1111|111|11|1|NA|NAN|NO'),
  given_name: list('BLOCK|CARDHOLDER|CONTACT|GIFT|GUEST|GUESTS|NO NAME|PREPAID|RESERVED|USE|VISA'),
  surname: list('CARDHOLDER|CONTACT|GUESTS|NO NAME|RESERVED|USE'),
  phone: [
    ...Array.from({ length: 10 }, (_, digit) => String(digit).repeat(10)),
    ...list('0000000001|1234567890|1234567891'),
  ],
  email_user: list(
    '0000000000|123|1234|99|ABC|ABC123|ADMIN|BOOKING|CLIENT|CLIENTS|CONFIRMATION|CONFIRMATIONS|CONTACT|CUSTOMERSERVICE|CUSTOMERSERVICES|DECLINE|DECLINED|DENIED|EMAIL|EXAMPLE|FAKENAME|GUEST|GUESTS|HELP|HELPS|HOTELHELP|HOTELPARTNER|HOTELPARTNERS|INFO|JUNK|MAIL|ME|N@A|NAME|NO|NOEMAIL|NOMAIL|NONE|NONENONE|NOREPLY|NOTHANKS|NOTHANKYOU|ONLINERESERVATION|ONLINERESERVATIONS|OPERATION|OPERATIONS|QUERIES|QUERY|REFUSED|RES|RESERVAS|RESERVATION|RESERVATIONS|ROOMRESERVATION|ROOMRESERVATIONS|SAMPLE|SAMPLES|SERVICE|SHOP|TEST|TESTING|TESTEMAIL|TRAVEL|TRAVELS|VENDOR|VENDORS|XXX',
  ),
  email_domain: list('NOEMAIL.COM|NOMAIL.COM|EMAIL.TST'),
};

/** A value that goes with more than so many others is nobody's own. */
export const SHARED = [
  { column: 'email', proxy: 'given_name', limit: 20 },
  { column: 'email', proxy: 'surname', limit: 20 },
  { column: 'phone', proxy: 'given_name', limit: 20 },
  { column: 'address', proxy: 'given_name', limit: 40 },
] as const;

/** Columns of which it is told, in `blv_<column>`, that a record's value was bad. */
export const flagged = ['address', 'email', 'given_name', 'phone', 'surname'] as const;

/** Semantics as settings and tags spell them, to columns. */
const columnOf = (semantic: string) => semantic.replaceAll('-', '_');

/** Columns in which a value may be bad. */
export const judged = (shape: Shape) =>
  profileColumns(shape).filter((column) => !['street', 'po_box', 'emails', 'phones'].includes(column));

/** Whether bad values are looked for in a semantic, should records have it. */
export function mayBeBad(semantic: string): boolean {
  const column = columnOf(semantic);
  return judged(shapeOf([column])).includes(column) || column in BY_COLUMN;
}

/** A value that is known to be bad beforehand, in one source or (`*`) in any. */
export interface ListedValue {
  semantic: string;
  datasource: string;
  value: string;
}

/** A value that the data itself shows to be nobody's own: how many records hold it, with how many names. */
export type SharedValue = { semantic: string; value: string; num_values: number; num_proxy: number };

/** Placeholders and the values of the settings. */
export function listedValues(shape: Shape, settings: Pick<StitchSettings, 'bad_values'>): ListedValue[] {
  const anywhere = (semantic: string, values: readonly string[]) =>
    values.map((value) => ({ semantic, datasource: '*', value }));
  return [
    ...judged(shape).flatMap((column) => (column === 'birthdate' ? [] : anywhere(column, EVERYWHERE))),
    ...Object.entries(BY_COLUMN).flatMap(([column, values]) => anywhere(column, values)),
    ...settings.bad_values.map(({ semantic, datasource, value }) => ({
      semantic: columnOf(semantic),
      datasource,
      value: value.trim().toUpperCase(),
    })),
  ];
}

/** An address with its town: streets of one name are in many. */
export const wholeAddress = (records: Records): Column => combined(addressColumns(records), addressOf);

const addressColumns = ({ columns }: Records): Column[] =>
  ['address', 'city', 'state'].flatMap((name) => columns.get(name) ?? []);

const addressOf = (parts: readonly (string | undefined)[]): string | undefined =>
  parts[0] === undefined ? undefined : parts.filter((part) => part !== undefined).join('|');

/** Values that more people share than one has records. */
export function sharedValues(records: Records): SharedValue[] {
  const found = new Map<string, SharedValue>();
  for (const { column, proxy, limit } of SHARED) {
    const values = column === 'address' ? wholeAddresses(records) : records.columns.get(column);
    const names = records.columns.get(proxy);
    if (values === undefined || names === undefined) continue;
    for (const shared of sharedBy(values, names, limit)) {
      const value = values.text(shared.record) ?? '';
      const known = found.get(`${column}|${value}`);
      found.set(`${column}|${value}`, {
        ...{ semantic: column, value, num_values: shared.records },
        num_proxy: Math.max(known?.num_proxy ?? 0, shared.names),
      });
    }
  }
  return [...found.values()];
}

/** Of a column what tells which values are shared. */
type Values = Pick<Column, 'codes' | 'holders' | 'text'>;

/** Whole addresses by number, of which a text is made only where it is asked for. */
function wholeAddresses(records: Records): Values {
  const columns = addressColumns(records);
  const { numbers, firsts } = combinations(
    columns.map(({ codes }) => codes),
    records.size,
  );
  const street = columns[0]?.codes;
  const codes = numbers.map((number, record) => ((street?.[record] ?? -1) < 0 ? -1 : number));
  return {
    codes,
    holders: () => heldBy(codes, firsts.length),
    text: (record) => addressOf(columns.map((column) => column.text(record))),
  };
}

interface Shared {
  /** The first record that holds the value. */
  record: number;
  records: number;
  names: number;
}

function sharedBy(values: Values, names: Column, limit: number): Shared[] {
  const [codes, holders] = [values.codes, values.holders()];
  const found = new Map<number, { record: number; names: Set<number> }>();
  for (let record = 0; record < codes.length; record++) {
    const value = codes[record] ?? -1;
    if (value < 0 || (holders[value] ?? 0) <= limit) continue;
    const known = found.get(value) ?? { record, names: new Set<number>() };
    if (known.names.size === 0) found.set(value, known);
    const name = names.code(record);
    if (name >= 0) known.names.add(name);
  }
  return [...found].flatMap(
    ([
      value,
      {
        record,
        names: { size },
      },
    ]) => (size > limit ? [{ record, records: holders[value] ?? 0, names: size }] : []),
  );
}
