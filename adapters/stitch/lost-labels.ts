import type { StitchReport } from '../../core/contracts/stitch.ts';
import type { StitchRequest } from '../../core/stitch/port.ts';
import { labelWarnings } from '../../core/stitch/quality/warnings.ts';
import { lostLabelsSql, type RecordLabel } from '../../core/stitch/records/labels.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { LastRun } from './last-run.ts';

/** The result of a run, with a warning of the labels whose records it doesn't have. */
export async function tellingLostLabels<T extends StitchReport | undefined>(
  session: DuckDbSession,
  { settings, outFolder }: Pick<StitchRequest, 'settings' | 'outFolder'>,
  result: T,
): Promise<T> {
  if (result === undefined || settings.labels.length === 0) return result;
  const records = (await LastRun.open(outFolder)).table('assignments');
  const lost = await session.rows<RecordLabel>('stitch: lost labels', lostLabelsSql(settings, records));
  return { ...result, warnings: [...result.warnings, ...labelWarnings(lost)] };
}
