import type { Run } from '../core/contracts/runs.ts';
import { msLeft } from '../core/workflows/load-progress.ts';
import { hasEnded } from '../core/workflows/runs.ts';
import { counted, duration } from './figures.ts';
import { feedProgress, runProgress, type StageProgress, waitingFor } from './run-progress.ts';

/** How often a stage that takes long says that it is alive. */
const aliveMs = 10_000;

/** Tells of a run in lines that are written once, for logs. */
export class PlainReport {
  readonly #write: (line: string) => void;
  readonly #told = new Set<string>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Says what is new since the last time. */
  tell(run: Run, now: number): void {
    for (const wait of waitingFor(run)) this.#once(wait, wait);
    for (const { message } of run.warnings) this.#once(message, `warning: ${message}`);
    for (const stage of runProgress(run, now)) {
      if (stage.state === 'waiting') continue;
      if (stage.name === 'Feeds') this.#tellFeeds(run);
      // Other tasks of a stage that failed may go on until the run has ended.
      if (stage.state === 'done' || hasEnded(run)) this.#once(stage.name, `${stage.name}: ${endOf(stage)}`);
      else if (stage.ms > aliveMs) this.#alive(stage);
    }
  }

  #tellFeeds(run: Run): void {
    for (const { feed, files, files_done, rows_read, rows_rejected } of feedProgress(run)) {
      if (files_done < files) continue;
      const rows = `${counted(rows_read, 'row')}, ${rows_rejected} rejected`;
      this.#once(feed, `Feeds: ${feed.replace('feed/', '')}: ${counted(files, 'file')}, ${rows}`);
    }
  }

  #alive(stage: StageProgress): void {
    const fraction = stage.fraction === undefined ? '' : `, ${Math.floor(stage.fraction * 100)} %`;
    const note = stage.note === '' ? '' : `, ${stage.note}`;
    const left = stage.fraction === undefined ? undefined : msLeft(stage.fraction, stage.ms);
    const rest = left === undefined ? '' : `, ${duration(left)} left`;
    const line = `${stage.name}: ${counted(stage.rows, 'row')} so far${fraction}${note}, ${duration(stage.ms)}${rest}`;
    this.#once(`${stage.name} ${Math.floor(stage.ms / aliveMs)}`, line);
  }

  #once(what: string, line: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#write(line);
  }
}

function endOf(stage: StageProgress): string {
  const { done, part, rows, note, ms, state } = stage;
  const facts = [part === '' ? '' : counted(done, part), rows > 0 ? counted(rows, 'row') : '', note].filter(Boolean);
  return `${state} in ${duration(ms)}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`;
}
