import type { ColumnType } from '../contracts/types.ts';

/** What columns a tag may stand on: `number` is Integer, Decimal or Float; `time` is Date or Datetime. */
export type TagColumn = 'string' | 'date' | 'datetime' | 'time' | 'number' | 'boolean' | 'any';

/** What Tributary knows of one tag (reference §2). */
export interface TagRule {
  /** With its group: `email`, `txn-item/order-id`. */
  tag: string;
  /** Empty for profile and key tags, else the prefix without its slash. */
  group: string;
  column: TagColumn;
  /** A table with any tag of the group must have it. */
  required: boolean;
  /** May come several times on a table as `email-1` or `email-home`. */
  ordinals: boolean;
}

/** Tags of one group from words: `order-id*` is required, `birthdate:date` says its columns, default `any`. */
export function group(name: string, words: string, options: { ordinals?: boolean } = {}): TagRule[] {
  return words
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [tag = '', column = 'any'] = word.replace('*', '').split(':');
      return {
        tag: name === '' ? tag : `${name}/${tag}`,
        group: name,
        column: column as TagColumn,
        required: word.includes('*'),
        ordinals: options.ordinals ?? false,
      };
    });
}

/** Each tag of a group once more with a suffix: `product-brand` → `product-brand-id`. */
export const withIds = (words: string): string =>
  words
    .trim()
    .split(/\s+/)
    .flatMap((word) => [word, `${word}-id`])
    .join(' ');

const COLUMNS: Record<TagColumn, { fits: RegExp; said: string }> = {
  string: { fits: /^String$/, said: 'a String' },
  date: { fits: /^Date$/, said: 'a Date' },
  datetime: { fits: /^Datetime$/, said: 'a Datetime' },
  time: { fits: /^Date(time)?$/, said: 'a Date or a Datetime' },
  number: { fits: /^(Integer|Float|Decimal.*)$/, said: 'an Integer, a Decimal or a Float' },
  boolean: { fits: /^Boolean$/, said: 'a Boolean' },
  any: { fits: /./, said: 'any column' },
};

export const fitsColumn = (rule: TagRule, type: ColumnType): boolean => COLUMNS[rule.column].fits.test(type);
export const columnSaid = (rule: TagRule): string => COLUMNS[rule.column].said;
