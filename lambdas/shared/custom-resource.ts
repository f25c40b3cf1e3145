import { z } from 'zod';

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

/** A handler of a custom resource: CloudFormation waits at a URL to hear that it was done, or why it could not be. */
export function customResource<Properties extends z.ZodType>(
  properties: Properties,
  id: string,
  work: (request: 'Create' | 'Update' | 'Delete', properties: z.infer<Properties>) => Promise<void>,
) {
  return async (given: unknown): Promise<void> => {
    const { RequestType, ResponseURL, ResourceProperties, PhysicalResourceId, ...event } = Event.parse(given);
    const { StackId, RequestId, LogicalResourceId } = event;
    const answer = (said: { Status: 'SUCCESS' | 'FAILED'; Reason?: string }) => {
      const body = { ...said, PhysicalResourceId: PhysicalResourceId ?? id, StackId, RequestId, LogicalResourceId };
      return fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(body) });
    };
    try {
      await work(RequestType, properties.parse(ResourceProperties));
      await answer({ Status: 'SUCCESS' });
    } catch (cause) {
      await answer({ Status: 'FAILED', Reason: `${cause instanceof Error ? cause.message : cause}`.slice(0, 1000) });
    }
  };
}
