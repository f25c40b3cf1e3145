/** Which tagged columns a run's records have a value in. A column that is absent costs nothing and counts as NULL. */
export interface Shape {
  columns: ReadonlySet<string>;
  /** Columns that are told of every record, those without a value in any too. */
  published: string[];
  /** `email`, `email_1`, …: the first is compared, an equal value among the others counts as agreement. */
  emails: string[];
  phones: string[];
  foreignKeys: string[];
  separationKeys: string[];
  blockingKeys: string[];
  /** Identifiers and attributes outside the profile tags, and `loyalty_id`: they count by the frequency of their values. */
  evidence: string[];
}

/** `empty` are those of the columns that no record has a value in. */
export function shapeOf(columns: readonly string[], empty: readonly string[] = []): Shape {
  const filled = kindsOf(columns.filter((column) => !empty.includes(column)));
  return { ...filled, published: profileColumns(kindsOf([...columns, ...optional])) };
}

type Kinds = Omit<Shape, 'published'>;

function kindsOf(columns: readonly string[]): Kinds {
  const sorted = [...columns].sort();
  const starting = (prefix: string) => sorted.filter((column) => column.startsWith(prefix));
  const ordinals = (tag: string) => sorted.filter((column) => new RegExp(`^${tag}(_\\d+)?$`).test(column));
  return {
    columns: new Set(columns),
    emails: ordinals('email'),
    phones: ordinals('phone'),
    foreignKeys: starting('fk_'),
    separationKeys: starting('sk_'),
    blockingKeys: starting('bk_'),
    evidence: [...starting('evidence_'), ...starting('loyalty_id')],
  };
}

/** Columns of records that say nothing of who somebody is. */
const ABOUT = new Set(['datasource', 'pk', 'ck', 'title', 'country', 'create_dt', 'update_dt']);

/** The columns of records that Stitch reads. */
export const tagsOf = ({ columns }: Shape): string[] => [...columns].filter((name) => !ABOUT.has(name)).sort();

/** Columns of several values, which tables have as lists. */
export const listColumns: readonly string[] = ['emails', 'phones'];

/** Profile tags that many tenants have no values of. */
const optional = ['gender', 'company'];

/** The matching columns of a standardised record, beside `rid` and `datasource`, in a fixed order. */
export function profileColumns(shape: Kinds): string[] {
  return [
    'given_name',
    'surname',
    'generational_suffix',
    'email',
    'phone',
    'address',
    'street',
    'po_box',
    'city',
    'state',
    'postal',
    'birthdate',
    ...optional.filter((column) => shape.columns.has(column)),
    ...(shape.emails.length > 1 ? ['emails'] : []),
    ...(shape.phones.length > 1 ? ['phones'] : []),
    ...shape.foreignKeys,
    ...shape.separationKeys,
    ...shape.blockingKeys,
    ...shape.evidence,
  ];
}
