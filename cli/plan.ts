import type { ConfigurationVersion, Document } from '../core/contracts/configuration.ts';
import type { Problem } from '../core/contracts/validation.ts';
import { canonicalJson } from '../core/environments/canonical.ts';
import type { Client } from './client.ts';
import { bold, dim, green, red, yellow } from './colours.ts';
import type { FiledDocument } from './documents-folder.ts';

export interface Configuration {
  version: ConfigurationVersion | null;
  documents: Document[];
}

/** What applying a folder would do to an environment's configuration. */
export interface Plan {
  head: Configuration;
  files: FiledDocument[];
  /** The whole configuration after it. */
  documents: Document[];
  added: string[];
  changed: { id: string; fields: FieldChange[] }[];
  removed: string[];
  /** In the environment, not in the folder, and left as they are. */
  kept: string[];
  errors: Problem[];
  warnings: Problem[];
}

interface FieldChange {
  path: string;
  before: unknown;
  after: unknown;
}

/** Compares a folder of documents with an environment. `prune` removes what the folder doesn't have. */
export async function planFolder(client: Client, environment: string, folder: string, prune: boolean): Promise<Plan> {
  const { readDocuments } = await import('./documents-folder.ts');
  const files = await readDocuments(folder);
  const head = await client.get<Configuration>(`${environment}/configuration`);
  const before = new Map<string, Document>(head.documents.map((document) => [document.id, document]));
  const inFolder = new Set<string>(files.map(({ document }) => document.id));
  const others = head.documents.filter(({ id }) => !inFolder.has(id));
  const documents = [...files.map(({ document }) => document), ...(prune ? [] : others)];
  const { errors, warnings } = await client.post<Pick<Plan, 'errors' | 'warnings'>>(
    `${environment}/configuration/validate`,
    { documents },
  );
  const changed = files.flatMap(({ document }) => {
    const old = before.get(document.id);
    const fields = old ? fieldChanges(old, document, '') : [];
    return fields.length > 0 ? [{ id: document.id, fields }] : [];
  });
  const ids = others.map(({ id }) => id);
  return {
    head,
    files,
    documents,
    added: [...inFolder].filter((id) => !before.has(id)),
    changed,
    removed: prune ? ids : [],
    kept: prune ? [] : ids,
    errors,
    warnings,
  };
}

/** What of a plan programs are told. */
export const planData = ({ added, changed, removed, kept, errors, warnings, head }: Plan) => ({
  parent: head.version?.id ?? null,
  added,
  changed,
  removed,
  kept,
  errors,
  warnings,
});

export function planText(plan: Plan): string {
  const refused = new Set(plan.errors.map(({ id }) => id));
  const changes = plan.changed.flatMap(({ id, fields }) => [
    `${yellow('~')} ${id}`,
    // What is refused may be a secret that somebody wrote into it.
    ...fields.map(({ path, before, after }) =>
      refused.has(id) ? `    ${path}` : `    ${path}: ${dim(brief(before))} → ${brief(after)}`,
    ),
  ]);
  const lines = [
    ...plan.added.map((id) => `${green('+')} ${id}`),
    ...changes,
    ...plan.removed.map((id) => `${red('-')} ${id}`),
  ];
  const kept = plan.kept.length > 0 ? `, ${plan.kept.length} not in the folder (kept; --prune removes them)` : '';
  const sum = `${plan.added.length} added, ${plan.changed.length} changed, ${plan.removed.length} removed${kept}`;
  return [...lines, bold(sum), problemsText(plan)].filter((line) => line !== '').join('\n');
}

/** Every problem in a line of its own, with the file of its document where there is one. */
export function problemsText({
  errors,
  warnings,
  files = [],
}: Pick<Plan, 'errors' | 'warnings'> & { files?: FiledDocument[] }) {
  const line = ({ id, path, message, severity }: Problem) => {
    const file = files.find(({ document }) => document.id === id)?.file;
    const place = [file ?? id, path].filter((part) => part !== undefined && part !== '').join(' ');
    return `${severity === 'error' ? red('error') : yellow('warning')} ${place}: ${message}`;
  };
  return [...errors, ...warnings].map(line).join('\n');
}

/** The fields that differ, at their deepest; what differs in an array of other length is the array. */
function fieldChanges(before: unknown, after: unknown, path: string): FieldChange[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (!isObject(before) || !isObject(after) || lengthOf(before) !== lengthOf(after)) return [{ path, before, after }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    fieldChanges(before[name], after[name], path === '' ? name : `${path}.${name}`),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object';
const lengthOf = (value: object) => (Array.isArray(value) ? value.length : undefined);

function brief(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
