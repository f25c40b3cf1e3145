/** Columns of a record that say how it was handled, not who it is about. */
const handling = /^(amp_id|datasource|pk|ck|component_id|is_supersized|supersized_id|rep_.*|has_blv|blv_.*|.*_dt)$/;

/** How values of a field are compared, as Stitch does it in the main; others by their letters and digits. */
const forms: Readonly<Record<string, (value: string) => string>> = {
  email: (value) =>
    value
      .trim()
      .toUpperCase()
      .replace(/\+[^@]*@/, '@'),
  phone: (value) => value.replace(/\D/g, '').slice(-10),
};
const plain = (value: string): string => value.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The fields that two records both have, by whether they say the same. */
export function compareRecords(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): { alike: string[]; unlike: string[] } {
  const both = Object.keys(one).filter(
    (field) => !handling.test(field) && typeof one[field] === 'string' && typeof other[field] === 'string',
  );
  const isAlike = (field: string) => {
    const values = new Set(valuesOf(field, one[field]));
    return valuesOf(field, other[field]).some((value) => values.has(value));
  };
  return { alike: both.filter(isAlike), unlike: both.filter((field) => !isAlike(field)) };
}

/** A field may hold several values, joined by commas, when its table has several columns of one tag. */
function valuesOf(field: string, value: unknown): string[] {
  const base = field.replace(/_\d+$/, '');
  const form = forms[base] ?? plain;
  const values = base in forms ? String(value).split(',') : [String(value)];
  return values.map(form).filter((compared) => compared !== '');
}
