/** Which tagged columns a run's records have. A column that is absent costs nothing and counts as NULL. */
export interface Shape {
  columns: ReadonlySet<string>;
  /** `email`, `email_1`, …: the first is compared, an equal value among the others counts as agreement. */
  emails: string[];
  phones: string[];
  foreignKeys: string[];
  separationKeys: string[];
  blockingKeys: string[];
  /** Identifiers and attributes outside the profile tags, and `loyalty_id`: they count by the frequency of their values. */
  evidence: string[];
}

export function shapeOf(columns: readonly string[]): Shape {
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

/** The matching columns of a standardised record, beside `rid` and `datasource`, in a fixed order. */
export function profileColumns(shape: Shape): string[] {
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
    'gender',
    'company',
    ...(shape.emails.length > 1 ? ['emails'] : []),
    ...(shape.phones.length > 1 ? ['phones'] : []),
    ...shape.foreignKeys,
    ...shape.separationKeys,
    ...shape.blockingKeys,
    ...shape.evidence,
  ];
}
