import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ConnectionTest } from '../../core/contracts/connections.ts';
import { connectionTestName, type Place } from '../../core/contracts/deployment.ts';
import type { Connection } from '../../core/contracts/sources.ts';
import { InternalError } from '../../core/errors.ts';
import type { Credentials } from './environment.ts';

/** Has connections of a place tried by the function that stands where its couriers do. */
export function openConnectionTests(place: Place, as: { credentials: Credentials }) {
  const client = new LambdaClient(as);
  return async (connection: Connection): Promise<ConnectionTest> => {
    const asked = { FunctionName: connectionTestName(place), Payload: JSON.stringify(connection) };
    const { FunctionError, Payload = new Uint8Array() } = await client.send(new InvokeCommand(asked));
    const answer = Buffer.from(Payload).toString();
    if (FunctionError !== undefined) throw new InternalError(`${asked.FunctionName} failed: ${answer}`);
    return ConnectionTest.parse(JSON.parse(answer));
  };
}
