import { administrationTags } from './administration-tags.ts';
import { engagementTags } from './engagement-tags.ts';
import { namespaces, profileTags } from './profile-tags.ts';
import { purchaseTags } from './purchase-tags.ts';
import type { TagRule } from './tag.ts';

/** Every tag with a name of its own. Adding one is one word in its group's table. */
export const tagRules: readonly TagRule[] = [...profileTags, ...purchaseTags, ...engagementTags, ...administrationTags];

const byTag = new Map(tagRules.map((rule) => [rule.tag, rule]));

/** Groups whose tags a tenant may add to: their ends need not be known. */
const OPEN_GROUPS = ['txn-item', 'pc'];

/**
 * The rule of a tag as it is written on a column: a known one, one with an ordinal or an ending (`email-2`, `email-work`), one in
 * a namespace (`fk-loyalty`), or a tenant's own item or product tag. Undefined when it is none of these.
 */
export function tagRule(tag: string): TagRule | undefined {
  const known = byTag.get(tag);
  if (known !== undefined) return known;
  if (!/^([a-z-]+\/)?[a-z0-9][a-z0-9-]*$/.test(tag)) return undefined;
  const free = { tag, column: 'any', required: false, ordinals: false } as const;
  if (namespaces.some(({ prefix }) => tag.startsWith(prefix) && tag.length > prefix.length))
    return { ...free, group: '' };
  const base = tagRules.filter((rule) => rule.ordinals && tag.startsWith(`${rule.tag}-`)).at(-1);
  if (base !== undefined) return { ...base, tag };
  const open = OPEN_GROUPS.find((name) => tag.startsWith(`${name}/`));
  return open === undefined || isMisspelling(tag) ? undefined : { ...free, group: open };
}

/** The column that a tag's values have in the tables of Stitch and the Customer 360: `given-name` → `given_name`, `txn-item/order-id` → `order_id`. */
export const columnOfTag = (tag: string): string => tag.replace(/^[a-z-]+\//, '').replaceAll('-', '_');

/** The known tag, of those that serve, that is written most like this one. */
export function nearestTag(tag: string, serves: (known: string) => boolean = () => true): string {
  const names = [...byTag.keys(), ...namespaces.map(({ example }) => example)].filter(serves);
  const plain = tag.toLowerCase().replace(/[_\s]/g, '-');
  return names.reduce((best, name) => (distance(plain, name) < distance(plain, best) ? name : best));
}

const isMisspelling = (tag: string): boolean => distance(tag, nearestTag(tag)) <= 2;

/** Letters to add, drop or change to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, against] of [...other].entries()) {
      const change = (row[j] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
