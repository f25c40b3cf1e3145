import type { ColumnType } from '../contracts/types.ts';
import type { Problem } from '../contracts/validation.ts';
import { columnOf } from '../feeds/columns.ts';
import { tagRule } from '../semantics/registry.ts';
import { fitsColumn } from '../semantics/tag.ts';
import { validateTags } from '../semantics/validate.ts';
import type { Configuration } from './configuration.ts';
import { wrong } from './problem.ts';

/** Tags that don't fit their tables. */
export function tagProblems(configuration: Configuration): Problem[] {
  const feeds = configuration.all('feed').map(({ id, fields }) => ({
    id,
    columns: fields.map((field) => ({ name: columnOf(field), type: field.type, semantics: field.semantics })),
  }));
  const customs = configuration.all('domain-table').map(({ id, semantics }) => ({
    id,
    columns: Object.entries(semantics).map(([name, tags]) => ({ name, type: fitting(tags), semantics: tags })),
  }));
  return [...feeds, ...customs].flatMap(({ id, columns }) =>
    validateTags(columns).map((message) => wrong(id, 'semantics', message)),
  );
}

const types: readonly ColumnType[] = ['String', 'Date', 'Datetime', 'Integer', 'Boolean'];

/** A type that the tags allow, when there is one: where that of a query's column can be told, it is compared with its columns. */
const fitting = (tags: readonly string[]): ColumnType =>
  types.find((type) => tags.every((tag) => fitsColumn(tagRule(tag) ?? anyColumn, type))) ?? 'String';

const anyColumn = { tag: '', group: '', column: 'any', required: false, ordinals: false } as const;
