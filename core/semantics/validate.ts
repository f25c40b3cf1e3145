import type { Column } from '../contracts/types.ts';
import { namespaces } from './profile-tags.ts';
import { nearestTag, tagRule, tagRules } from './registry.ts';
import { columnSaid, fitsColumn } from './tag.ts';

/** A column of a table with the tags on it. */
export interface TaggedColumn extends Column {
  semantics: readonly string[];
}

const said = (tags: readonly string[]): string => tags.join(', ');

/** What is wrong with the tags of one table, as sentences without an end; empty when nothing is. */
export function validateTags(columns: readonly TaggedColumn[]): string[] {
  return [...columns.flatMap(columnProblems), ...repeatedTags(columns), ...groupProblems(columns)];
}

function columnProblems(column: TaggedColumn): string[] {
  const unknown = column.semantics.filter((tag) => tagRule(tag) === undefined);
  return [
    ...unknown.map((tag) => unknownTag(column.name, tag)),
    ...unfittingTags(column, "change the field's type in the feed"),
  ];
}

/** Tags on a column of another type than they need; `mend` says where the type is from. */
export function unfittingTags({ name, type, semantics }: TaggedColumn, mend: string): string[] {
  return semantics.flatMap((tag) => {
    const rule = tagRule(tag);
    if (rule === undefined || fitsColumn(rule, type)) return [];
    return [`column ${name}: tag ${tag} is on ${article(type)} ${type}: expected ${columnSaid(rule)}; ${mend}`];
  });
}

function unknownTag(column: string, tag: string): string {
  const nameless = namespaces.find(({ prefix }) => tag === prefix || `${tag}-` === prefix);
  if (nameless !== undefined)
    return `column ${column}: tag ${tag} has no name behind ${nameless.prefix}: expected one such as ${nameless.example}`;
  return `column ${column}: tag ${tag} is not known: the nearest is ${nearestTag(tag)}; own tags start with a known one that takes endings (email-work), fk-, sk-, bk-, evidence-, txn-item/ or pc/`;
}

function repeatedTags(columns: readonly TaggedColumn[]): string[] {
  const tags = [...new Set(columns.flatMap(({ semantics }) => semantics))];
  const holders = (tag: string) =>
    columns.flatMap(({ name, semantics }) => semantics.filter((held) => held === tag).map(() => name));
  return tags
    .filter((tag) => holders(tag).length > 1)
    .map((tag) => {
      const ending = tagRules.some((rule) => rule.tag === tag && rule.ordinals)
        ? `, or with endings such as ${tag}-2`
        : '';
      return `tag ${tag} is on columns ${said(holders(tag))}: expected it once a table${ending}`;
    });
}

function groupProblems(columns: readonly TaggedColumn[]): string[] {
  const tags = columns.flatMap(({ semantics }) => semantics);
  const groups = [...new Set(tags.flatMap((tag) => tagRule(tag)?.group ?? []))].filter((name) => name !== '');
  return groups.flatMap((name) => {
    const missing = tagRules
      .filter((rule) => rule.group === name && rule.required && !tags.includes(rule.tag))
      .map((rule) => rule.tag);
    const problems =
      missing.length > 0
        ? [`the table has ${name}/ tags but lacks ${said(missing)}: expected each of these on one column`]
        : [];
    const whose = tags.some((tag) => tag.startsWith('fk-') || tag === 'txn-item/customer-id' || tag === 'customer-id');
    if (name === 'txn-item' && !whose) {
      problems.push(
        'the table has txn-item/ tags but nothing that says whose order it is: expected fk-[namespace] or txn-item/customer-id on one column',
      );
    }
    return problems;
  });
}

const article = (type: string): string => (type === 'Integer' ? 'an' : 'a');
