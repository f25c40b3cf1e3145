import type { Document, DocumentKind, DocumentOf } from '../contracts/configuration.ts';
import type { Feed } from '../contracts/sources.ts';
import { NotFound } from '../errors.ts';

/** The documents of one version, by kind and id. */
export class Configuration {
  readonly version: string;
  readonly #documents: ReadonlyMap<string, Document>;

  constructor(version: string, documents: Iterable<Document>) {
    this.version = version;
    this.#documents = new Map([...documents].map((document) => [document.id, document]));
  }

  all<Kind extends DocumentKind>(kind: Kind): DocumentOf<Kind>[] {
    return [...this.#documents.values()]
      .filter((document): document is DocumentOf<Kind> => document.id.startsWith(`${kind}/`))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The document of this id. `NotFound` names those of its kind that are there. */
  get<Kind extends DocumentKind>(kind: Kind, id: string): DocumentOf<Kind> {
    const found = this.find(kind, id);
    if (found) return found;
    const others = this.all(kind).map((document) => document.id);
    throw new NotFound(
      `no ${kind} ${JSON.stringify(id)}, there is ${others.length > 0 ? others.join(', ') : 'none yet'}`,
    );
  }

  find<Kind extends DocumentKind>(kind: Kind, id: string): DocumentOf<Kind> | undefined {
    return id.startsWith(`${kind}/`) ? (this.#documents.get(id) as DocumentOf<Kind> | undefined) : undefined;
  }

  documents(): Document[] {
    return [...this.#documents.values()];
  }
}

/** The domain table behind a feed, and the datasource of its records. */
export const tableOfFeed = (feed: Pick<Feed, 'source' | 'name'>): string => `${feed.source}_${feed.name}`;
