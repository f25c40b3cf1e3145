import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ConnectionTest } from '../../core/contracts/connections.ts';
import { connectionTestName, type Place } from '../../core/contracts/deployment.ts';
import type { Connection } from '../../core/contracts/sources.ts';
import { InternalError } from '../../core/errors.ts';
import type { Credentials } from './environment.ts';

/** Well within what an answer of the API may take: a test has 15 seconds, and its function a start. */
const LONGEST_MS = 20_000;

/** Has connections of a place tried by the function that stands where its couriers do. */
export function openConnectionTests(place: Place, as: { credentials: Credentials }) {
  const client = new LambdaClient(as);
  return async (connection: Connection): Promise<ConnectionTest> => {
    const asked = { FunctionName: connectionTestName(place), Payload: JSON.stringify(connection) };
    const late = AbortSignal.timeout(LONGEST_MS);
    const told = await client.send(new InvokeCommand(asked), { abortSignal: late }).catch((cause) => {
      if (!late.aborted) throw cause;
    });
    if (!told) return untried(connection);
    const { FunctionError, Payload = new Uint8Array() } = told;
    const answer = Buffer.from(Payload).toString();
    if (FunctionError !== undefined) throw new InternalError(`${asked.FunctionName} failed: ${answer}`);
    return ConnectionTest.parse(JSON.parse(answer));
  };
}

const untried = ({ id }: Connection): ConnectionTest => ({
  connection: id,
  works: false,
  seen: {},
  message: `${id} could not be tried within ${LONGEST_MS / 1000} seconds: try it again`,
});
