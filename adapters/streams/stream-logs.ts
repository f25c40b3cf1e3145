import { readdir } from 'node:fs/promises';
import type { Stream } from '../../core/contracts/streams.ts';
import { type StreamIntake, type StreamPayload, streamName } from '../../core/streams/port.ts';
import { RateLimit, type RateState } from '../../core/streams/rate.ts';
import { streamFolders } from './folders.ts';
import { type StreamEvents, StreamLog } from './stream-log.ts';

/** The streams of an environment on this machine: a folder with logs and files each. */
export class StreamLogs implements StreamIntake {
  readonly #root: string;
  readonly #events: StreamEvents;
  readonly #logs = new Map<string, Promise<StreamLog>>();
  readonly #rates = new Map<string, RateLimit>();

  constructor(root: string, events: StreamEvents) {
    this.#root = root;
    this.#events = events;
  }

  admit({ id, requests_per_second: limit }: Stream): RateState {
    const now = Date.now();
    const rate = this.#rates.get(id) ?? new RateLimit(limit, now);
    this.#rates.set(id, rate);
    return rate.take(limit, now);
  }

  async append(stream: Stream, payload: StreamPayload): Promise<boolean> {
    return (await this.#open(stream.id)).append(stream, payload);
  }

  /** Makes files of all that a process left that was killed. */
  async recover(): Promise<void> {
    const names = await readdir(this.#root).catch(() => []);
    for (const name of names) await this.#open(`stream/${name}`);
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#logs.values());
    for (const one of opened) if (one.status === 'fulfilled') await one.value.close();
  }

  #open(id: string): Promise<StreamLog> {
    const opening = this.#logs.get(id) ?? StreamLog.open(id, streamFolders(this.#root, streamName(id)), this.#events);
    this.#logs.set(id, opening);
    opening.catch(() => this.#logs.delete(id));
    return opening;
  }
}
