import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { EngineCall } from '../../local/engine-messages.ts';
import { feedOf } from '../support/files.ts';

const program = join(import.meta.dirname, '../../bin/run.mjs');

test('the engine ends with the process that asked it, in the middle of a query that takes for ever', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'));
  const path = join(folder, 'lines.csv');
  await writeFile(path, `id,name\n${Array.from({ length: 5000 }, (_, n) => `${n},n${n}`).join('\n')}\n`);
  const engine = fork(program, ['local/engine-worker.ts', folder, '500MB'], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const call: EngineCall & { call: 'read' } = {
      call: 'read',
      request: {
        path,
        name: 'lines.csv',
        format: { type: 'csv' },
        feed: feedOf('id,name'),
        ingestQuery: "SELECT max(a.id || b.id || c.id || d.id) AS id, '' AS name FROM file a, file b, file c, file d",
        timeZone: 'UTC',
        generatedUpdated: 0n,
        outFolder: join(folder, 'out'),
      },
    };
    engine.send(call);
    // It is made when the file is read, and the query begins.
    await vi.waitUntil(() => existsSync(call.request.outFolder), { timeout: 15_000 });
    engine.disconnect();
    expect(await once(engine, 'exit')).toEqual([null, 'SIGKILL']);
  } finally {
    engine.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}, 20_000);
