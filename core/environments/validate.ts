import type { Document } from '../contracts/configuration.ts';
import type { Problem } from '../contracts/validation.ts';
import { TributaryError } from '../errors.ts';
import { Configuration } from './configuration.ts';
import { parseDocument } from './documents.ts';
import { wrong } from './problem.ts';
import { customTableProblems } from './validate-custom-tables.ts';
import { feedProblems } from './validate-feeds.ts';
import { referenceProblems } from './validate-references.ts';
import { sqlProblems } from './validate-sql.ts';
import { stitchProblems } from './validate-stitch.ts';
import { streamProblems } from './validate-streams.ts';
import { tableProblems } from './validate-tables.ts';
import { tagProblems } from './validate-tags.ts';

export interface Validation {
  /** Those that their own schema accepts. */
  documents: Document[];
  errors: Problem[];
  warnings: Problem[];
}

/** Everything that can be told of a whole configuration without its data: each document alone, then one against another. */
export function validateDocuments(values: readonly unknown[]): Validation {
  const documents: Document[] = [];
  const problems: Problem[] = [];
  for (const [n, value] of values.entries()) {
    try {
      documents.push(parseDocument(value));
    } catch (cause) {
      if (!(cause instanceof TributaryError)) throw cause;
      problems.push(wrong(idOf(value) ?? `documents.${n}`, '', cause.message));
    }
  }
  problems.push(...repeatedIds(documents));
  const configuration = new Configuration('', documents);
  problems.push(
    ...referenceProblems(configuration),
    ...feedProblems(configuration),
    ...streamProblems(configuration),
    // What refers to a document that can't be read would only repeat that.
    ...(problems.length === 0
      ? [...tableProblems(configuration), ...tagProblems(configuration), ...stitchProblems(configuration)]
      : []),
  );
  if (problems.every((problem) => problem.severity === 'warning'))
    problems.push(...sqlProblems(configuration), ...customTableProblems(configuration));
  return {
    documents,
    errors: problems.filter((problem) => problem.severity === 'error'),
    warnings: problems.filter((problem) => problem.severity === 'warning'),
  };
}

function idOf(value: unknown): string | undefined {
  const id = (value as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : undefined;
}

/** Two documents of one id, and a second one of the kinds that a tenant has one of. */
function repeatedIds(documents: readonly Document[]): Problem[] {
  const seen = new Set<string>();
  const repeated = documents
    .filter(({ id }) => seen.size === seen.add(id).size)
    .map(({ id }) => wrong(id, 'id', 'another document has the same id: ids are unique'));
  const single = ['tenant/', 'stitch/', 'merge-policy/'].flatMap((kind) =>
    [...new Set(documents.map(({ id }) => id))]
      .filter((id) => id.startsWith(kind))
      .sort()
      .slice(1)
      .map((id) => wrong(id, 'id', `a tenant has one document of the kind ${kind.slice(0, -1)}: remove one of them`)),
  );
  return [...repeated, ...single];
}
