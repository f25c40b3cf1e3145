import { z } from '@hono/zod-openapi';
import { ConfigurationVersion, documentSchemas } from '../core/contracts/configuration.ts';
import { DiscoveredFeed } from '../core/contracts/discover.ts';
import { Evaluation } from '../core/contracts/evaluation.ts';
import { MatchExplanation } from '../core/contracts/explanation.ts';
import { CalendarDate, Instant, KebabName } from '../core/contracts/names.ts';
import { PersonMatch, PersonStory } from '../core/contracts/person.ts';
import { QueryAnswer } from '../core/contracts/query-answer.ts';
import { RefusedFile } from '../core/contracts/refused-files.ts';
import { Run, RunRequest, RunShown } from '../core/contracts/runs.ts';
import { ScheduleView } from '../core/contracts/schedules.ts';
import {
  BenchmarkPeople,
  GateVerdict,
  MeasuredRun,
  QualityEstimates,
  ReviewAnswer,
  ReviewQueue,
} from '../core/contracts/stitch-quality.ts';
import { StreamReceipt } from '../core/contracts/streams.ts';
import { TableDescription, TableSummary } from '../core/contracts/table-description.ts';
import { Problem } from '../core/contracts/validation.ts';
import { RefusedRow } from '../core/feeds/quarantine.ts';

/** Shapes that many routes share. */
export const ErrorBody = z
  .object({ status: z.number().int(), message: z.string(), request_id: z.string() })
  .openapi('Error');
export type ErrorBody = z.infer<typeof ErrorBody>;

export const EnvironmentPath = z.object({ tenant: KebabName, environment: KebabName });

/** An instant, or a day that stands for its first moment (reference §13.1). */
export const Moment = z
  .union([Instant, CalendarDate])
  .transform((value) => new Date(value).toISOString())
  .openapi({ type: 'string', example: '2026-11-23' });

export const Paging = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(25),
  next_token: z.string().optional(),
});

/** One page; no `next_token` on the last. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), next_token: z.string().optional() });

/** Core contracts under the names that they have in the OpenAPI document. */
export const named = {
  Run: Run.meta({ id: 'Run' }),
  RunShown: RunShown.meta({ id: 'RunShown' }),
  RunRequest: RunRequest.meta({ id: 'RunRequest' }),
  Schedule: ScheduleView.meta({ id: 'Schedule' }),
  ConfigurationVersion: ConfigurationVersion.meta({ id: 'ConfigurationVersion' }),
  Document: z
    .union(Object.entries(documentSchemas).map(([kind, schema]) => schema.meta({ id: inPascalCase(kind) })))
    .meta({ id: 'Document' }),
  Problem: Problem.meta({ id: 'Problem' }),
  TableSummary: TableSummary.meta({ id: 'TableSummary' }),
  TableDescription: TableDescription.meta({ id: 'TableDescription' }),
  QueryAnswer: QueryAnswer.meta({ id: 'QueryAnswer' }),
  PersonMatch: PersonMatch.meta({ id: 'PersonMatch' }),
  PersonStory: PersonStory.meta({ id: 'PersonStory' }),
  Evaluation: Evaluation.meta({ id: 'Evaluation' }),
  MatchExplanation: MatchExplanation.meta({ id: 'MatchExplanation' }),
  MeasuredRun: MeasuredRun.meta({ id: 'MeasuredRun' }),
  BenchmarkPeople: BenchmarkPeople.meta({ id: 'BenchmarkPeople' }),
  ReviewQueue: ReviewQueue.meta({ id: 'ReviewQueue' }),
  ReviewAnswer: ReviewAnswer.meta({ id: 'ReviewAnswer' }),
  QualityEstimates: QualityEstimates.meta({ id: 'QualityEstimates' }),
  GateVerdict: GateVerdict.meta({ id: 'GateVerdict' }),
  DiscoveredFeed: DiscoveredFeed.meta({ id: 'DiscoveredFeed' }),
  StreamReceipt: StreamReceipt.meta({ id: 'StreamReceipt' }),
  RefusedRow: RefusedRow.meta({ id: 'RefusedRow' }),
  RefusedFile: RefusedFile.meta({ id: 'RefusedFile' }),
};

/** `courier-group` as `CourierGroup`. */
function inPascalCase(kind: string): string {
  return kind.replace(/(^|-)([a-z])/g, (_start, _hyphen, letter: string) => letter.toUpperCase());
}
