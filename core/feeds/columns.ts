import type { Feed, FeedField } from '../contracts/sources.ts';
import type { Column } from '../contracts/types.ts';

/** The snake_case column that an incoming field becomes when its feed doesn't rename it: `E-Mail (work)` → `e_mail_work`. */
export function snakeCase(name: string): string {
  const words = name
    .replace(/[ßẞ]/g, 'ss')
    .replace(/[øØ]/g, 'o')
    .replace(/[łŁ]/g, 'l')
    .replace(/[æÆ]/g, 'ae')
    .replace(/[œŒ]/g, 'oe')
    .replace(/[ðÐđĐ]/g, 'd')
    .replace(/[þÞ]/g, 'th')
    .replace(/ı/g, 'i')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return (/^[a-z]/.test(words) ? words : `field_${words}`).slice(0, 63).replace(/_+$/, '');
}

/** The column that a field of a feed becomes. */
export const columnOf = (field: FeedField): string => field.column ?? snakeCase(field.field);

/** The columns that a feed's fields become. */
export const fieldColumns = ({ fields }: Pick<Feed, 'fields'>): Column[] =>
  fields.map((field) => ({ name: columnOf(field), type: field.type }));

/** What every domain table has beside its own columns: the key of a row, and when it was updated. */
export const systemColumns: readonly Column[] = [
  { name: '_pk', type: 'String' },
  { name: '_updated', type: 'Integer' },
];

/** The columns of a feed's staged rows and of its domain table, system columns last. */
export const stagedColumns = (feed: Feed): Column[] => [...fieldColumns(feed), ...systemColumns];

/** Beside them in a feed's domain table: the number of the load that last inserted or changed a row. */
export const LOAD: Column = { name: '_load', type: 'Integer' };
