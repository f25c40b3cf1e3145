import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { customResource } from '../../lambdas/shared/custom-resource.ts';
import { FaultyServer } from '../support/faulty-server.ts';

/** Where CloudFormation waits. */
const server = await FaultyServer.start();
afterAll(() => server.kill());

/** What CloudFormation is told when it answers with these statuses in turn, and then takes what it is told. */
async function toldOf(work: () => Promise<void>, ...statuses: number[]) {
  server.answers((_, response) => void response.writeHead(statuses.shift() ?? 200).end());
  const about = { StackId: 'the stack', RequestId: 'one', LogicalResourceId: 'Prepared', ResourceProperties: {} };
  const ResponseURL = `${server.origin}/answer?Signature=secret`;
  const handler = customResource(z.looseObject({}), 'prepared', work, { attempts: 4, firstMs: 1, longestMs: 2 });
  const failure = await handler({ RequestType: 'Create', ResponseURL, ...about }).catch((cause: Error) => cause);
  return { failure, told: server.asked.map(({ body }) => JSON.parse(body)), asked: server.asked };
}
const succeeds = async () => {};
const done = { Status: 'SUCCESS', PhysicalResourceId: 'prepared', StackId: 'the stack', RequestId: 'one' };

describe('a custom resource', () => {
  it('tells CloudFormation that it was done, by a body of no type, which is what the address is signed for', async () => {
    const { told, asked } = await toldOf(succeeds);
    expect(told).toEqual([{ ...done, LogicalResourceId: 'Prepared' }]);
    expect(asked[0]?.headers['content-type']).toBe('');
  });

  it('tells why it could not be done', async () => {
    const { told } = await toldOf(() => Promise.reject(new Error('there is no lake')));
    expect(told).toMatchObject([{ Status: 'FAILED', Reason: 'there is no lake' }]);
  });

  it('tells again what was not taken, and never that the work failed because of it', async () => {
    expect((await toldOf(succeeds, 500, 403)).told).toMatchObject([done, done, done]);
  });

  it('fails when it cannot be heard, without telling its log the address', async () => {
    const { failure, told } = await toldOf(succeeds, 403, 403, 403, 403);
    expect(failure).toEqual(new Error('CloudFormation took no answer for Prepared: it said 403'));
    expect(told).toMatchObject([done, done, done, done]);
  });
});
