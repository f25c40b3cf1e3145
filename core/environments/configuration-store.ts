import { ConfigurationVersion, type Document } from '../contracts/configuration.ts';
import { Conflict, NotFound } from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { ObjectStore } from '../ports.ts';
import { canonicalJson, contentHash } from './canonical.ts';
import { parseDocument } from './documents.ts';

const headKey = 'config/head.json';
const versionKey = (id: string) => `config/versions/${id}.json`;
const blobKey = (hash: string) => `config/blobs/${hash}.json`;

/**
 * Documents that this process has read, the last in use at the end: under the hash of what they say they never change, and steps
 * that follow each other in one process ask for the same ones.
 */
const known = new Map<string, Document>();
const MOST_KNOWN = 1000;

/** What a version says, without what follows from it. */
export interface Change {
  author: string;
  at: Date;
  message: string;
}

/**
 * An environment's configuration: a chain of immutable versions over content-addressed documents, and one head that
 * moves by compare-and-swap (design.md §5).
 */
export class ConfigurationStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** The version that runs start with; undefined in an environment that has none yet. */
  async head(): Promise<ConfigurationVersion | undefined> {
    const head = await this.#json<{ version: string }>(headKey);
    return head && this.version(head.value.version);
  }

  async version(id: string): Promise<ConfigurationVersion> {
    const found = await this.#json<unknown>(versionKey(id));
    if (!found) throw new NotFound(`no configuration version ${id}`);
    return ConfigurationVersion.parse(found.value);
  }

  async documents(version: ConfigurationVersion): Promise<Document[]> {
    return Promise.all(Object.values(version.objects).map((hash) => this.#document(hash)));
  }

  /** One document of a version; undefined when it has none of that id. */
  async document(version: ConfigurationVersion, id: string): Promise<Document | undefined> {
    const hash = version.objects[id];
    return hash === undefined ? undefined : this.#document(hash);
  }

  /** Newest first. */
  async history(limit: number): Promise<ConfigurationVersion[]> {
    const versions: ConfigurationVersion[] = [];
    let next = await this.head();
    while (next && versions.length < limit) {
      versions.push(next);
      const parent: string | undefined = next.parents[0];
      next = parent === undefined ? undefined : await this.version(parent);
    }
    return versions;
  }

  /**
   * Makes a version that holds exactly these documents, and moves the head to it. `Conflict` when the head is no longer
   * the parent; the head itself when nothing differs.
   */
  async commit(
    parent: ConfigurationVersion | undefined,
    documents: Document[],
    change: Change,
  ): Promise<ConfigurationVersion> {
    const hashed = documents.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((one) => [one, contentHash(one)] as const);
    const objects = Object.fromEntries(hashed.map(([{ id }, hash]) => [id, hash]));
    if (parent && contentHash(parent.objects) === contentHash(objects)) return parent;
    const stored = new Set(Object.values(parent?.objects ?? {}));
    const added = hashed.filter(([, hash]) => !stored.has(hash));
    await fewAtOnce(added, ([document, hash]) => this.#objects.put(blobKey(hash), canonicalJson(document)));
    const body = {
      parents: parent ? [parent.id] : [],
      author: change.author,
      at: change.at.toISOString(),
      message: change.message,
      objects,
    };
    const version = { id: contentHash(body), ...body };
    await this.#objects.put(versionKey(version.id), canonicalJson(version));
    await this.#moveHead(parent, version.id);
    return version;
  }

  async #moveHead(parent: ConfigurationVersion | undefined, to: string): Promise<void> {
    const head = await this.#json<{ version: string }>(headKey);
    if (head?.value.version !== parent?.id) {
      throw new Conflict('the configuration was changed meanwhile: read it again and repeat the change', {
        data: { expected: parent?.id ?? null, found: head?.value.version ?? null },
      });
    }
    const body = canonicalJson({ version: to });
    await this.#objects.put(headKey, body, head ? { ifMatch: head.etag } : { ifNoneMatch: '*' });
  }

  async #document(hash: string): Promise<Document> {
    const document = known.get(hash) ?? (await this.#read(hash));
    known.delete(hash);
    known.set(hash, document);
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return document;
  }

  async #read(hash: string): Promise<Document> {
    const found = await this.#json<unknown>(blobKey(hash));
    if (!found) throw new NotFound(`no configuration blob ${hash}`);
    return frozen(parseDocument(found.value));
  }

  async #json<T>(key: string): Promise<{ value: T; etag: string } | undefined> {
    const found = await this.#objects.get(key);
    return found && { value: JSON.parse(Buffer.from(found.body).toString('utf8')) as T, etag: found.etag };
  }
}

/** Whoever changes a document that others have too has made a mistake, and is told. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}
