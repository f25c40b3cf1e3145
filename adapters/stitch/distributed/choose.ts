import { text } from '../../../core/sql/quote.ts';
import type { RuleChoice } from '../../../core/stitch/blocking/rule-choice.ts';
import { blocksToChooseBy, chooseSpread } from '../../../core/stitch/distributed/choosing.ts';
import { shapeIn } from '../../../core/stitch/distributed/plan.ts';
import type { SpreadStitch } from '../../../core/stitch/port.ts';
import type { Profiles } from '../../../core/stitch/records/profiles.ts';
import type { Shape } from '../../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { readProfiles } from './column-files.ts';
import { readFrozenFiles } from './frozen.ts';

type Work<Piece extends keyof SpreadStitch> = Parameters<SpreadStitch[Piece]>[0];

export async function sampleCaps(
  session: DuckDbSession,
  { plan, sample }: Work<'sampleCaps'>,
): Promise<readonly number[] | undefined> {
  return (await blocksToChooseBy(await readSample(session, sample, shapeIn(plan)), plan))?.caps;
}

export async function chooseRules(
  session: DuckDbSession,
  { plan, sample, drawn, frozen }: Work<'chooseRules'>,
): Promise<RuleChoice> {
  const shape = shapeIn(plan);
  const given = {
    profiles: await readSample(session, sample, shape),
    drawn: await readDrawn(session, drawn, shape),
    frozen: await readFrozenFiles(session, frozen),
  };
  return chooseSpread(given, plan);
}

const readSample = (session: DuckDbSession, path: string, shape: Shape): Promise<Profiles> =>
  readProfiles(session, `(SELECT rid AS id, * EXCLUDE (rid) FROM read_parquet(${text(path)}))`, shape);

/** The profiles of pairs drawn from all, by their places. */
export const readDrawn = (session: DuckDbSession, path: string, shape: Shape): Promise<Profiles> =>
  readProfiles(session, `(SELECT place AS id, * EXCLUDE (rid, place) FROM read_parquet(${text(path)}))`, shape);
