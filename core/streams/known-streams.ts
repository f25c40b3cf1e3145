import type { Stream } from '../contracts/streams.ts';
import { ConfigurationStore } from '../environments/configuration-store.ts';
import { NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';

/** How long a document is gone by before it is looked for again. */
const KNOWN_MS = 5_000;

/** The documents of streams, which many requests a second ask for. */
export class KnownStreams {
  readonly #known = new WeakMap<ObjectStore, Map<string, { until: number; stream: Promise<Stream> }>>();

  /** The stream of an environment as it was at most five seconds ago. `NotFound` names those that there are. */
  get(objects: ObjectStore, id: string, now: number): Promise<Stream> {
    const known = this.#known.get(objects) ?? new Map();
    this.#known.set(objects, known);
    const found = known.get(id);
    if (found && now < found.until) return found.stream;
    const stream = readStream(objects, id);
    known.set(id, { until: now + KNOWN_MS, stream });
    // One that isn't there may be made in the next moment; and nobody may fill the memory by asking for what there is not.
    stream.catch(() => known.delete(id));
    return stream;
  }
}

async function readStream(objects: ObjectStore, id: string): Promise<Stream> {
  const store = new ConfigurationStore(objects);
  const head = await store.head();
  const document = head && (await store.document(head, id));
  if (document) return document as Stream;
  const others = Object.keys(head?.objects ?? {}).filter((one) => one.startsWith('stream/'));
  throw new NotFound(`no ${id}: there is ${others.join(', ') || 'none yet'}`);
}
