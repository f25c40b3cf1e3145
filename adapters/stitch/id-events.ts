import type { RunStamp } from '../../core/stitch/ids/changes.ts';
import {
  type EventCauses,
  firstEventsSql,
  idEventsSql,
  jitterSql,
  stirredSql,
} from '../../core/stitch/ids/id-events.ts';
import { profileColumns } from '../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import type { LastRun } from './last-run.ts';
import type { Published } from './run.ts';

/** Percent of records of which more than that move without a reason of their own: reference §3.9 alerts from here on. */
const MOST_JITTER = 2;

/** The query of what became of ids. `before`: the last run's preprocessed records, of the people concerned at least. */
export async function idEvents(run: Published, stamp: RunStamp, before: string | undefined): Promise<string> {
  const { session, shape } = run;
  if (before === undefined) return firstEventsSql(stamp);
  const known = await session.rows<{ column_name: string }>(
    'stitch: columns of the last run',
    `DESCRIBE SELECT * FROM ${before}`,
  );
  const names = new Set(known.map(({ column_name }) => column_name));
  const columns = profileColumns(shape).filter((column) => names.has(column));
  const causes = await causesOf(run);
  for (const sql of stirredSql(before, columns, causes)) await session.run('stitch: causes', sql);
  return idEventsSql(stamp, causes.otherwise);
}

async function causesOf({ request, input, last, model }: Published): Promise<EventCauses> {
  const { labels } = request.settings;
  const before = await last?.model();
  const others = before?.input.settings === input.settings ? 'changed neighbours' : 'new settings';
  const same = model !== undefined && model.known.origin?.run === before?.origin?.run;
  // A run of another version tells nothing of its labels: then none is a cause.
  return { labels, labelsBefore: before?.input.labels ?? labels, otherwise: same ? others : 'new model' };
}

/** How many records moved without a reason of their own, in percent, and a warning when those are many. */
export async function jitterOf(
  session: DuckDbSession,
  records: number,
  last: LastRun | undefined,
): Promise<{ jitter: number; warnings: string[] }> {
  if (last === undefined || records === 0) return { jitter: 0, warnings: [] };
  const [moved] = await session.rows<{ records: number }>('stitch: jitter', jitterSql);
  const jitter = Math.round((10_000 * (moved?.records ?? 0)) / records) / 100;
  if (jitter < MOST_JITTER) return { jitter, warnings: [] };
  const warning = `${jitter} % of the records have another id although they say what they said (expected less than ${MOST_JITTER} %): see stitch.id_events for the causes`;
  return { jitter, warnings: [warning] };
}
