import { createFileReader } from '../adapters/files/reader.ts';
import { handOfCheckout } from '../adapters/stitch/crew.ts';
import { createStitchEngine } from '../adapters/stitch/duckdb.ts';
import { TributaryError } from '../core/errors.ts';
import type { EngineAnswer, EngineCall } from './engine-messages.ts';

/** The process beside the server that reads files and stitches, so that neither can slow or fell what serves tables. */
const [spillFolder = '', memoryLimit = ''] = process.argv.slice(2);
const files = createFileReader({ spillFolder, memoryLimit });
const stitch = createStitchEngine({ spillFolder, memoryLimit, hand: handOfCheckout });

const say = (answer: EngineAnswer) => process.send?.(answer);
const { signal } = new AbortController();

async function answer({ call, request }: EngineCall): Promise<unknown> {
  const progress = (stage: string, done: number, total?: number) =>
    say({ type: 'progress', stage, done, ...(total !== undefined && { total }) });
  if (call === 'read')
    return files.read({ ...request, signal, progress: (done, total) => progress('read', done, total) });
  if (call === 'stitch') return stitch.run({ ...request, signal, progress });
  if (call === 'try model') return stitch.tryModel({ ...request, signal, progress });
  if (call === 'stitch changes') return stitch.runChanges({ ...request, signal, progress });
  const { path, name, ...known } = request;
  return files.discover(path, name, { ...known, signal });
}

process.on('message', async (message: EngineCall) => {
  try {
    say({ type: 'result', value: await answer(message) });
  } catch (cause) {
    const { name, message: text } = cause instanceof Error ? cause : new Error(String(cause));
    say({ type: 'error', name, message: text, data: cause instanceof TributaryError ? { ...cause.data } : {} });
  }
});
// An exit would wait for the query under way, for hours perhaps.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// A terminal sends Ctrl-C to us too; the server decides when we end, or a run that it interrupts would seem to have failed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
