import { isAscii } from 'node:buffer';

/** Decodes UTF-8 chunk by chunk, and throws at what is none. Plain ASCII, of which most chunks are, costs next to nothing. */
export class Utf8Text {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The decoder may hold the beginning of a character. */
  #isWithin = false;

  decode(chunk: Buffer): string {
    if (!this.#isWithin && isAscii(chunk)) return chunk.toString('latin1');
    this.#isWithin = (chunk.at(-1) ?? 0) >= 0x80;
    return this.#decoder.decode(chunk, { stream: true });
  }

  end(): string {
    return this.#decoder.decode();
  }
}
