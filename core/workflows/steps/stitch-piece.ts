import type { z } from 'zod';
import type { StitchPieceInput, StitchPieceOutput } from '../../contracts/steps.ts';
import { InternalError } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import type { SpreadPlan } from '../../stitch/distributed/plan.ts';
import { SpreadRun } from '../spread-run.ts';

type Input = z.infer<typeof StitchPieceInput>;
type Output = z.infer<typeof StitchPieceOutput>;

/** Does one piece of a distributed run: fetches its file, and lays what becomes of it beside that of the others. */
export async function stitchPiece({ stage, piece, run_id, as_of }: Input, services: Services): Promise<Output> {
  const run = new SpreadRun(services, { runId: run_id, asOf: as_of });
  await stages[stage]({ run, plan: await run.plan(), piece, services });
  return {};
}

interface Piece {
  run: SpreadRun;
  plan: SpreadPlan;
  piece: number;
  services: Pick<Services, 'objects' | 'scratch'>;
}

const stages: Record<Input['stage'], (of: Piece) => Promise<void>> = {
  standardise: async (of) => {
    const from = await located(of, of.plan.parts[of.piece]);
    const files = { standard: of.run.standard(`${of.piece}.parquet`) };
    await written(of, files, (to) => of.run.engine.standardise({ plan: of.plan, from, to }));
  },
  clean: async (of) => {
    const { run, plan, piece } = of;
    const from = await located(of, run.standard(`${piece}.parquet`));
    const frozen = plan.model && (await run.frozen(plan));
    const files = {
      clean: run.told(plan, `clean/${piece}.parquet`),
      keys: run.made(plan, `keys/${piece}.parquet`),
      removed: run.told(plan, `removed/${piece}.parquet`),
    };
    await written(of, files, (to) => run.engine.clean({ plan, from, frozen, to }));
  },
  compare: async (of) => {
    const { run, plan, piece } = of;
    const from = await located(of, plan.buckets[piece]);
    const frozen = await run.frozen(plan);
    const files = {
      pairs: run.told(plan, `pairs/${piece}.parquet`),
      patterns: run.told(plan, `patterns/${piece}.json`),
    };
    await written(of, files, (to) => run.engine.compare({ plan, from, frozen, to }));
  },
};

async function located({ piece, services }: Piece, key: string | undefined): Promise<string> {
  if (key === undefined) throw new InternalError(`the run has no piece ${piece}`);
  return services.objects.locate(key);
}

/** Has files written on this machine, and keeps them under their keys. */
async function written<Files extends Record<string, string>>(
  { piece, services: { objects, scratch } }: Piece,
  keys: Files,
  work: (to: Files) => Promise<void>,
): Promise<void> {
  const path = (name: string) => `${scratch}/${piece}-${name}`;
  await work(Object.fromEntries(Object.keys(keys).map((name) => [name, path(name)])) as Files);
  for (const [name, key] of Object.entries(keys)) await objects.adopt(path(name), key);
}
