import type { ColumnType } from '../contracts/types.ts';
import { columnOfTag } from '../semantics/registry.ts';
import { type TaggedTable, tagsOf } from './tagged-tables.ts';

/** Profile tags that `unified_coalesced` always has, in its order of columns. */
export const profileTags = [
  'given-name',
  'surname',
  'full-name',
  'title',
  'generational-suffix',
  'email',
  'phone',
  'address',
  'address2',
  'city',
  'state',
  'postal',
  'country',
  'birthdate',
  'gender',
  'company',
  'loyalty-id',
  'create-dt',
  'update-dt',
] as const;

const typeOf: Record<string, ColumnType> = { birthdate: 'Date', 'create-dt': 'Datetime', 'update-dt': 'Datetime' };

/** A column of the unified tables, and the tag that fills it. */
export interface ProfileColumn {
  name: string;
  tag: string;
  type: ColumnType;
  /** The profile tag that an ordinal or qualified tag (`email-1`, `email-work`) belongs to. */
  base?: string;
}

const isProfileTag = (tag: string): boolean => (profileTags as readonly string[]).includes(tag);

/** The profile tag that `email-1` or `email-work` refines; undefined for any other tag. */
function baseOf(tag: string): string | undefined {
  if (isProfileTag(tag)) return undefined;
  return profileTags.find((base) => tag.startsWith(`${base}-`));
}

/** The columns for tags beside the fixed ones that any of the tables carries, in order of name. */
function extraColumns(tables: readonly TaggedTable[], wanted: (tag: string) => boolean): ProfileColumn[] {
  const tags = new Set(tables.flatMap(tagsOf).filter(wanted));
  return [...tags].sort().map((tag) => {
    const base = baseOf(tag);
    const column = { name: columnOfTag(tag), tag, type: typeOf[base ?? tag] ?? ('String' as const) };
    return base === undefined ? column : { ...column, base };
  });
}

const fixedColumns: ProfileColumn[] = profileTags.map((tag) => ({
  name: columnOfTag(tag),
  tag,
  type: typeOf[tag] ?? 'String',
}));

/** Columns of `unified_coalesced` that come from records: the fixed ones, ordinals, foreign keys. */
export function unifiedColumns(tables: readonly TaggedTable[]): ProfileColumn[] {
  return [
    ...fixedColumns,
    ...extraColumns(tables, (tag) => baseOf(tag) !== undefined),
    ...extraColumns(tables, (tag) => tag.startsWith('fk-')),
  ];
}

/** Separation keys, blocking keys, and columns outside the profile that count as evidence. */
const forStitchAlone = ['sk-', 'bk-', 'evidence-'];

/** Columns that Stitch is given: those, and what only it uses. */
export function stitchColumns(tables: readonly TaggedTable[]): ProfileColumn[] {
  return [
    { name: 'ck', tag: 'ck', type: 'String' },
    ...unifiedColumns(tables),
    ...extraColumns(tables, (tag) => forStitchAlone.some((prefix) => tag.startsWith(prefix))),
  ];
}
