import type { Stream } from '../contracts/streams.ts';
import type { RateState } from './rate.ts';

/** What one request sent. */
export interface StreamPayload {
  /** Texts of its records, each as it is to be in a file: a line of JSON, or an XML document without its declaration. */
  records: readonly string[];
  /** The key by which its sender tells that a request is the same as one before. */
  key?: string;
}

/** Where payloads are kept from the moment that they are acknowledged until they are files. */
export interface StreamIntake {
  /** Counts a request; undefined where nobody does. `TooManyRequests` beyond the stream's limit. */
  admit(stream: Stream): RateState | undefined;
  /**
   * Resolves when the payload is durable; true when one of the same key was before, of which nothing is kept again. `Conflict`
   * when that one had other records.
   */
  append(stream: Stream, payload: StreamPayload): Promise<boolean>;
}

/** The name of a stream in keys and paths. */
export const streamName = (id: string): string => id.slice('stream/'.length);
