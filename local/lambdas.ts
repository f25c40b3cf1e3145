import { handler as buildTable } from '../lambdas/build-table/handler.ts';
import { handler as failRun } from '../lambdas/fail-run/handler.ts';
import { handler as finishRun } from '../lambdas/finish-run/handler.ts';
import { handler as measureStitch } from '../lambdas/measure-stitch/handler.ts';
import { handler as mergeRows } from '../lambdas/merge-rows/handler.ts';
import { handler as planDatabase } from '../lambdas/plan-database/handler.ts';
import { handler as planLoads } from '../lambdas/plan-loads/handler.ts';
import { handler as prepareStitch } from '../lambdas/prepare-stitch/handler.ts';
import { handler as publishDatabase } from '../lambdas/publish-database/handler.ts';
import { handler as publishFeed } from '../lambdas/publish-feed/handler.ts';
import { handler as pullFiles } from '../lambdas/pull-files/handler.ts';
import { handler as readFile } from '../lambdas/read-file/handler.ts';
import { handler as runStitch } from '../lambdas/run-stitch/handler.ts';
import { handler as settleLoads } from '../lambdas/settle-loads/handler.ts';
import type { StepHandler } from '../lambdas/shared/step.ts';
import { handler as startRun } from '../lambdas/start-run/handler.ts';

/** The lambdas that the state machines name, by their folder. */
export const lambdas: Readonly<Record<string, StepHandler>> = {
  'build-table': buildTable,
  'fail-run': failRun,
  'finish-run': finishRun,
  'measure-stitch': measureStitch,
  'merge-rows': mergeRows,
  'plan-database': planDatabase,
  'plan-loads': planLoads,
  'prepare-stitch': prepareStitch,
  'publish-database': publishDatabase,
  'publish-feed': publishFeed,
  'pull-files': pullFiles,
  'read-file': readFile,
  'run-stitch': runStitch,
  'settle-loads': settleLoads,
  'start-run': startRun,
};
