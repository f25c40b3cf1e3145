import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { zipOf } from './zip.ts';

/** What a command of this machine makes of some bytes. */
export function piped(command: string, args: string[], input: string | Uint8Array): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, maxBuffer: 2 ** 30 });
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

export const zstdOf = (content: string | Uint8Array): Buffer => piped('zstd', ['-q', '-c', '--check'], content);
export const bzip2Of = (content: string | Uint8Array): Buffer => piped('bzip2', ['-c'], content);

/** A tar of some files, or of whatever their headers say that they are. */
export async function tarOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  header: Partial<Header> = {},
): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, ...header }, Buffer.from(content));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Every way in which one file may be packed, by the ending that its name would have. */
export const packings: Readonly<
  Record<string, (name: string, content: Uint8Array) => Uint8Array | Promise<Uint8Array>>
> = {
  '': (_, content) => content,
  '.gz': (_, content) => gzipSync(content),
  '.zst': (_, content) => zstdOf(content),
  '.bz2': (_, content) => bzip2Of(content),
  '.zip': (name, content) => zipOf({ [name]: content }),
  '.tar': (name, content) => tarOf({ [name]: content }),
  '.tgz': async (name, content) => gzipSync(await tarOf({ [name]: content })),
  '.tar.zst': async (name, content) => zstdOf(await tarOf({ [name]: content })),
  '.tar.bz2': async (name, content) => bzip2Of(await tarOf({ [name]: content })),
};
