import type { z } from 'zod';
import type { StitchPieceInput, StitchPieceOutput } from '../../contracts/steps.ts';
import { InternalError } from '../../errors.ts';
import type { Services, SpreadStitch } from '../../ports.ts';
import { StitchSpread } from '../spread-stitch.ts';

type Input = z.infer<typeof StitchPieceInput>;
type Output = z.infer<typeof StitchPieceOutput>;
type Folders = Record<string, string>;

/** Does one piece of a distributed run: fetches its file, and lays what becomes of it beside that of the others. */
export async function stitchPiece({ stage, piece, run_id, as_of }: Input, services: Services): Promise<Output> {
  const { objects, scratch, spread } = services;
  if (!spread) throw new InternalError('a piece of Stitch was asked of a home that does no distributed runs');
  const run = new StitchSpread(services, { runId: run_id, asOf: as_of });
  const plan = await run.plan();
  const from = async (key: string | undefined) => {
    if (key === undefined) throw new InternalError(`run ${run_id} has no piece ${piece} to ${stage}`);
    return objects.locate(key);
  };
  const write = async <Made extends Folders>(folders: Made, work: (to: Made) => Promise<void>) => {
    const files = Object.entries(folders).map(([name, folder]) => {
      const file = `${piece}.${name === 'patterns' ? 'json' : 'parquet'}`;
      return { name, path: `${scratch}/${name}-${file}`, key: run.key(`${folder}/${file}`) };
    });
    await work(Object.fromEntries(files.map(({ name, path }) => [name, path])) as Made);
    for (const { path, key } of files) await objects.adopt(path, key);
  };
  const work: Record<Input['stage'], (spread: SpreadStitch) => Promise<void>> = {
    standardise: async ({ standardise }) => {
      const part = await from(plan.parts[piece]);
      await write({ standard: 'work/standard' }, (to) => standardise({ plan, from: part, to }));
    },
    clean: async ({ clean }) => {
      const part = await from(run.key(`work/standard/${piece}.parquet`));
      const folders = { clean: 'told/clean', keys: 'work/keys', removed: 'told/removed' };
      await write(folders, (to) => clean({ plan, from: part, to }));
    },
    compare: async ({ compare }) => {
      const bucket = await from(plan.buckets[piece]);
      const [values, blocks] = [await from(run.key('told/values.parquet')), await from(run.key('told/blocks.parquet'))];
      const folders = { pairs: 'told/pairs', patterns: 'told/patterns' };
      await write(folders, (to) => compare({ plan, from: bucket, values, blocks, to }));
    },
  };
  await work[stage](spread);
  return {};
}
