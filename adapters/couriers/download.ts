import { SourceUnreachable } from '../../core/errors.ts';
import type { FetchedFile } from '../../core/feeds/port.ts';
import { type Keeping, type KeptBytes, keeping } from './kept-bytes.ts';
import { persistently } from './persistently.ts';

/** Bytes of a file from a place on: where the source can't begin there, from the start. */
export interface Opened {
  from: number;
  bytes: AsyncIterable<Uint8Array>;
}

export interface Download extends Keeping {
  /** Opens the file at a byte. What it throws as `SourceUnreachable`, and so do its bytes, is tried again. */
  open(from: number, signal: AbortSignal): Promise<Opened>;
}

/** No byte for so long, and a connection counts as broken. */
const IDLE_MS = 60_000;

/** Reads a file whole to a path of this machine. A connection that breaks is made again, from the byte that was reached. */
export async function download(of: Download): Promise<FetchedFile> {
  const { signal } = of;
  const { file } = await keeping(of, (kept) =>
    persistently({ signal, hasCome: () => kept.bytes }, () => readOn(of, kept)),
  );
  return file;
}

/** Reads from where the file was left until it is whole. */
async function readOn({ name, signal, open }: Download, kept: KeptBytes): Promise<void> {
  const idle = new AbortController();
  const both = AbortSignal.any([signal, idle.signal]);
  const timer = setTimeout(() => idle.abort(), IDLE_MS);
  try {
    const { from, bytes } = await open(kept.bytes, both);
    if (from !== kept.bytes) await kept.beginAgain();
    for await (const chunk of bytes) {
      timer.refresh();
      await kept.add(chunk);
      signal.throwIfAborted();
    }
  } catch (cause) {
    if (!idle.signal.aborted) throw cause;
    throw new SourceUnreachable(`${name}: nothing came for ${IDLE_MS / 1000} seconds`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
