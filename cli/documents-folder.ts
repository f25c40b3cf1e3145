import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseDocument as parseYaml, stringify } from 'yaml';
import { type Document, type DocumentKind, documentSchemas } from '../core/contracts/configuration.ts';
import { canonicalJson } from '../core/environments/canonical.ts';
import { parseDocument } from '../core/environments/documents.ts';
import { InvalidInput, TributaryError } from '../core/errors.ts';

/** A document of a folder and the file that it is in. */
export interface FiledDocument {
  /** From the folder, `/` between parts. */
  file: string;
  document: Document;
}

/** Reads every YAML file of a folder as one document each. `InvalidInput` names each file that can't be one, and the field. */
export async function readDocuments(folder: string, { orNone = false } = {}): Promise<FiledDocument[]> {
  const files = await yamlFiles(folder);
  if (files.length === 0 && !orNone) {
    throw new InvalidInput(`${folder} holds no .yaml files: expected documents such as feeds/web-orders.yaml`);
  }
  const found: FiledDocument[] = [];
  const refusals: string[] = [];
  for (const file of files) {
    try {
      found.push({ file, document: parseDocument(parsed(await readFile(join(folder, file), 'utf8'), file), file) });
    } catch (cause) {
      if (!(cause instanceof TributaryError)) throw cause;
      refusals.push(cause.message);
    }
  }
  refusals.push(...repeated(found));
  if (refusals.length > 0) throw new InvalidInput(refusals.join('\n'));
  return found;
}

/**
 * Writes documents as YAML, each to the file that has it already or to `<kind>s/<name>.yaml`. A file that says the same
 * stays as it is, with its comments. Returns the files that were written, and those whose document is not among these.
 */
export async function writeDocuments(
  folder: string,
  documents: readonly Document[],
): Promise<{ written: string[]; others: string[] }> {
  const there = await readDocuments(folder, { orNone: true });
  const written: string[] = [];
  for (const document of documents) {
    const before = there.find((one) => one.document.id === document.id);
    if (before && canonicalJson(before.document) === canonicalJson(document)) continue;
    const file = before?.file ?? fileOf(document.id);
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), documentText(document));
    written.push(file);
  }
  const ids = new Set<string>(documents.map(({ id }) => id));
  return { written, others: there.filter((one) => !ids.has(one.document.id)).map(({ file }) => file) };
}

/** A document as YAML, without the fields that say no more than their default. */
export function documentText(document: Document): string {
  return stringify(withoutDefaults(document), { lineWidth: 0 });
}

/** `feed/web-orders` → `feeds/web-orders.yaml`. */
function fileOf(id: string): string {
  const [kind = '', name = ''] = id.split('/');
  const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : kind.endsWith('h') ? kind : `${kind}s`;
  return `${plural}/${name}.yaml`;
}

function withoutDefaults(document: Document): unknown {
  const schema = documentSchemas[document.id.slice(0, document.id.indexOf('/')) as DocumentKind];
  const whole = canonicalJson(document);
  const bare = structuredClone(document) as object;
  const saysTheSame = () => {
    const again = schema.safeParse(bare);
    return again.success && canonicalJson(again.data) === whole;
  };
  const strip = (node: object) => {
    const fields = node as Record<string, unknown>;
    for (const [name, value] of Object.entries(fields)) {
      if (!Array.isArray(node)) {
        delete fields[name];
        if (saysTheSame()) continue;
        // Put back at the end: as every kept field is, their order stays.
        fields[name] = value;
      }
      if (value !== null && typeof value === 'object') strip(value);
    }
  };
  strip(bare);
  return bare;
}

async function yamlFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new InvalidInput(`${folder} can't be read as a folder: ${cause.message}`, { cause });
  });
  return entries
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.ya?ml$/.test(path))
    .sort();
}

function parsed(text: string, file: string): unknown {
  const yaml = parseYaml(text);
  const [problem] = yaml.errors;
  // Its first line says what and where; the others draw the place.
  if (problem) throw new InvalidInput(`${file}: ${problem.message.split('\n')[0]?.replace(/:$/, '')}`);
  return yaml.toJS();
}

function repeated(found: readonly FiledDocument[]): string[] {
  const first = new Map<string, string>();
  return found.flatMap(({ file, document: { id } }) => {
    const other = first.get(id);
    if (other === undefined) first.set(id, file);
    return other === undefined ? [] : [`${file}: ${id} is in ${other} too: a document has one file`];
  });
}
