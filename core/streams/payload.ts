import { createHash } from 'node:crypto';
import type { Stream } from '../contracts/streams.ts';
import { Conflict, InvalidInput, UnsupportedMedia } from '../errors.ts';
import { jsonRecords } from './json-records.ts';
import type { StreamPayload } from './port.ts';
import { xmlRecords } from './xml-records.ts';

/** What a request says of its body. */
export interface PayloadHeaders {
  type: string | undefined;
  encoding: string | undefined;
  key: string | undefined;
}

const kinds = {
  json: { types: ['application/json', 'text/json'], records: jsonRecords },
  xml: { types: ['application/xml', 'text/xml'], records: xmlRecords },
};

/** The records of a request to a stream. `UnsupportedMedia` of another format than the stream's, `InvalidInput` of what can't be read. */
export function payloadOf(stream: Stream, headers: PayloadHeaders, body: Uint8Array): StreamPayload {
  const { types, records } = kinds[stream.format];
  const [type = '', ...parameters] = (headers.type ?? '').toLowerCase().split(/\s*;\s*/);
  if (!types.includes(type)) {
    const seen = headers.type === undefined ? 'no Content-Type' : `the Content-Type ${JSON.stringify(headers.type)}`;
    throw new UnsupportedMedia(`the request has ${seen}, and ${stream.id} takes ${types.join(' or ')}`);
  }
  const charset = parameters.find((one) => one.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !/^"?(utf-8|us-ascii)"?$/.test(charset)) {
    throw new UnsupportedMedia(`the Content-Type says charset=${charset}: expected UTF-8`);
  }
  if (headers.encoding !== undefined && headers.encoding !== 'identity') {
    throw new UnsupportedMedia(`the Content-Encoding is ${JSON.stringify(headers.encoding)}: send the body as it is`);
  }
  const key = headers.key === undefined ? {} : { key: keyOf(headers.key) };
  return { records: records(textOf(body)), ...key };
}

function keyOf(given: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(given)) return given;
  throw new InvalidInput(
    `the Idempotency-Key ${JSON.stringify(given.slice(0, 50))} has ${given.length} letters: expected 1 to 255 of ASCII without spaces, such as a UUID`,
  );
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new InvalidInput('the body has bytes that are not UTF-8: expected UTF-8', { cause });
  }
}

/** What is remembered of a request with a key: short digests of it and of its records. */
export const digestsOf = (key: string, records: readonly string[]): { key: string; hash: string } => ({
  key: digestOf(key),
  hash: digestOf(JSON.stringify(records)),
});

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

export const keyOfOthers = (key: string): Conflict =>
  new Conflict(
    `the Idempotency-Key ${JSON.stringify(key)} was sent with other records before: expected the same ones, or another key`,
  );
