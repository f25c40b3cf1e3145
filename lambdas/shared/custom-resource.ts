import { z } from 'zod';
import { retrying } from '../../adapters/sql/lake/retry.ts';

/** What CloudFormation says to a custom resource. */
const Event = z.looseObject({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.unknown(),
});
type Event = z.infer<typeof Event>;

type Outcome = { Status: 'SUCCESS' } | { Status: 'FAILED'; Reason: string };

const BACKOFF = { attempts: 6, firstMs: 500, longestMs: 16_000 };

/**
 * A handler of a custom resource: CloudFormation waits at a URL to hear that it was done, or why it could not be. When it can't
 * be told, the call fails, and Lambda makes it again.
 */
export function customResource<Properties extends z.ZodType>(
  properties: Properties,
  id: string,
  work: (request: Event['RequestType'], properties: z.infer<Properties>) => Promise<void>,
  backoff = BACKOFF,
) {
  return async (given: unknown): Promise<void> => {
    const event = Event.parse(given);
    const outcome = await outcomeOf(async () => work(event.RequestType, properties.parse(event.ResourceProperties)));
    await retrying(
      () => answer(event, id, outcome),
      () => true,
      backoff,
    );
  };
}

async function outcomeOf(work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return { Status: 'SUCCESS' };
  } catch (cause) {
    return { Status: 'FAILED', Reason: `${cause instanceof Error ? cause.message : cause}`.slice(0, 1000) };
  }
}

async function answer(event: Event, id: string, outcome: Outcome): Promise<void> {
  const { ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId = id } = event;
  const body = JSON.stringify({ ...outcome, PhysicalResourceId, StackId, RequestId, LogicalResourceId });
  // The address is signed for a body of no type.
  const told = await fetch(ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body });
  // The address itself lets whoever has it answer: it is told nowhere.
  if (!told.ok) throw new Error(`CloudFormation took no answer for ${LogicalResourceId}: it said ${told.status}`);
}
