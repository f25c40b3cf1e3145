import { randomBytes } from 'node:crypto';
import { link, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Run, RunRequest } from '../core/contracts/runs.ts';
import { ConfigurationStore } from '../core/environments/configuration-store.ts';
import { headConfiguration } from '../core/environments/load-configuration.ts';
import { newRun } from '../core/workflows/launch.ts';
import { inboxFolder } from '../local/home.ts';
import { LocalPlatform } from '../local/platform.ts';
import { type BenchData, benchDates } from './data.ts';
import { benchDocuments } from './tenant.ts';

/** One run of the pipeline as it was measured. */
export interface Measured {
  /** From the files to a Customer 360 that readers have. */
  seconds: number;
  /** Until the run had also measured what Stitch found, which no reader waits for. */
  ended: number;
  /** Of this process and the engine's together, at the same moment. */
  peakBytes: number;
  /** Seconds that each step worked, by its name. */
  steps: Record<string, number>;
}

/** The pipeline on the bench's files: the first delivery, then one percent of changes, then nothing new. */
export async function measurePipeline(
  data: BenchData,
): Promise<{ full: Measured; changes: Measured; nothing: Measured }> {
  const home = await mkdtemp(join(resolve(data.folder), 'home-'));
  const platform = await LocalPlatform.open(home);
  try {
    await platform.createTenant({ name: 'bench', amp_iq: false }, 'bench');
    const environment = await platform.environment('bench', 'production');
    const store = new ConfigurationStore(environment.objects);
    const head = await store.head();
    const documents = new Map((head ? await store.documents(head) : []).map((document) => [document.id, document]));
    for (const kind of ['tenant', 'stitch', 'merge-policy'])
      for (const id of documents.keys()) if (id.startsWith(`${kind}/`)) documents.delete(id);
    for (const document of benchDocuments) documents.set(document.id, document);
    await store.commit(head, [...documents.values()], { author: 'bench', at: new Date(), message: 'bench' });
    const measure = async (delivery: number | undefined): Promise<Measured> => {
      if (delivery !== undefined) await deliver(data, delivery, inboxFolder(home, 'bench'));
      const date = benchDates[delivery ?? 1] ?? '';
      const request: RunRequest = {
        courier_group: 'courier-group/daily',
        range_from: date,
        ingest_only: false,
        skip_missing: false,
        refresh: 'normal',
      };
      return measured(async () => {
        const run = newRun(await headConfiguration(environment.objects), request, {
          tenant: 'bench',
          environment: 'production',
          principal: 'bench',
          now: new Date(),
          entropy: randomBytes(2).toString('hex'),
        });
        await environment.workflows.start(run);
        const ended = await platform.ended('bench', 'production', run.id);
        if (ended.state !== 'succeeded') throw new Error(`the run ${ended.state}: ${ended.error?.message}`);
        return ended;
      });
    };
    return { full: await measure(0), changes: await measure(1), nothing: await measure(undefined) };
  } finally {
    await platform.close();
    await rm(home, { recursive: true });
  }
}

/** Puts a delivery's files into the inbox, without copying their bytes. */
async function deliver(data: BenchData, delivery: number, inbox: string): Promise<void> {
  for (const { path } of data.deliveries[delivery]?.files ?? []) {
    await mkdir(dirname(join(inbox, path)), { recursive: true });
    await link(join(data.folder, path), join(inbox, path));
  }
}

async function measured(work: () => Promise<Run>): Promise<Measured> {
  let peakBytes = 0;
  const sample = async () => {
    peakBytes = Math.max(peakBytes, await residentBytes());
  };
  const timer = setInterval(sample, 100);
  const started = Date.now();
  try {
    const run = await work();
    const ended = (Date.now() - started) / 1000;
    const steps: Record<string, number> = {};
    for (const task of run.tasks) steps[task.name] = (steps[task.name] ?? 0) + task.working_ms / 1000;
    const published = run.tasks.findLast(({ name }) => name === 'PublishDatabase')?.ended_at;
    if (published === undefined) throw new Error('the run published no Customer 360');
    return { seconds: (Date.parse(published) - started) / 1000, ended, peakBytes, steps };
  } finally {
    clearInterval(timer);
  }
}

/** Resident memory of this process and its children, as Linux tells it. */
async function residentBytes(): Promise<number> {
  const children = (await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => ''))
    .trim()
    .split(' ');
  const pids = [String(process.pid), ...children.filter((pid) => pid !== '')];
  const sizes = pids.map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
