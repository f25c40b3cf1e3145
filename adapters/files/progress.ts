import type { Progress } from '../../core/ports.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';

const EVERY_MS = 500;

/** Says how many rows the engine has gone through, of how many as it reckons, while some work goes on. */
export async function reporting<T>(
  session: DuckDbSession,
  progress: Progress | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (progress === undefined) return work();
  await session.run('counting rows', 'SET enable_progress_bar = true');
  await session.run('counting rows', 'SET enable_progress_bar_print = false');
  const timer = setInterval(() => {
    const { percentage, rows_processed, total_rows_to_process } = session.connection.progress;
    if (percentage > 0) progress(Number(rows_processed), Number(total_rows_to_process));
  }, EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
