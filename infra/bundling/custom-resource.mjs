import { handler as work } from './handler.mjs';

// Plain JavaScript: it lies beside the bundle of a function that CloudFormation asks for a custom resource, and answers
// for it. The function returns what the resource is or throws, as any other does.
export async function handler(event, context) {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  const of = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: event.PhysicalResourceId ?? RequestId };
  const answer = await work(event, context).then(
    (made) => ({ Status: 'SUCCESS', ...of, ...made }),
    (error) => ({ Status: 'FAILED', ...of, Reason: `${error.name}: ${error.message}`.slice(0, 2000) }),
  );
  const { ok, status } = await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
  if (!ok) throw new Error(`CloudFormation answered ${status} to ${answer.Status}`);
}
