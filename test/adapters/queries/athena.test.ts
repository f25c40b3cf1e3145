import {
  AthenaClient,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  type StartQueryExecutionInput,
} from '@aws-sdk/client-athena';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { S3Objects } from '../../../adapters/objects/s3.ts';
import { AthenaQueries } from '../../../adapters/queries/athena.ts';

const client = new AthenaClient({});
const athena = mockClient(client);
const s3Client = new S3Client({});
const s3 = mockClient(s3Client);
const queries = new AthenaQueries({
  client,
  place: { workgroup: 'acme' },
  objects: new S3Objects({ client: s3Client, bucket: 'acme', folder: '/nowhere' }),
});

const started = (): StartQueryExecutionInput[] =>
  athena.commandCalls(StartQueryExecutionCommand).map((call) => call.args[0].input);

const asked = (version: string) => ({
  name: 'query/people',
  sql: 'SELECT p.city FROM domain.people p',
  tables: [
    {
      ...{ schema: 'domain' as const, name: 'people', physical: 'people', version },
      ...{ columns: [{ name: 'city', type: 'String' }], built_at: '', run_id: '', definition: '', inputs: {} },
    },
  ],
  asOf: '2026-11-01T00:00:00Z',
});

describe('queries in Athena', () => {
  beforeEach(() => {
    athena.reset();
    athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'query-1' });
  });

  it('are answered by an earlier result of the same text, which is another once a table has another version', async () => {
    for (const version of ['1', '1', '2']) await queries.start(asked(version));
    const [first, again, later] = started();
    expect(first).toMatchObject({
      WorkGroup: 'acme',
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true } },
    });
    expect(again).toEqual(first);
    expect(later?.QueryString).not.toBe(first?.QueryString);
    expect(later?.QueryString?.split('\n').slice(1)).toEqual(first?.QueryString?.split('\n').slice(1));
  });

  it('keep their name, SQL and id when they fail', async () => {
    await queries.start(asked('1'));
    const Query = started()[0]?.QueryString;
    const Status = { State: 'FAILED' as const, StateChangeReason: 'EXCEEDED_LIMIT: too much' };
    athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Query, Status, WorkGroup: 'acme' } });
    expect(await queries.follow('query-1', { waitMs: 0 })).toMatchObject({
      state: 'failed',
      error: {
        message: 'query/people: EXCEEDED_LIMIT: too much (query query-1)',
        data: { sql: Query, query_id: 'query-1' },
      },
    });
  });

  it('whose results are gone from the bucket are to be asked again', async () => {
    await queries.start(asked('1'));
    const Query = started()[0]?.QueryString;
    const ResultConfiguration = { OutputLocation: 's3://acme/query-results/query-1.csv' };
    const ended = { Query, ResultConfiguration, Status: { State: 'SUCCEEDED' as const }, WorkGroup: 'acme' };
    athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: ended });
    s3.on(HeadObjectCommand, { Bucket: 'acme', Key: 'query-results/query-1.csv' }).rejects(
      Object.assign(new Error('UnknownError'), { name: 'NotFound' }),
    );
    await expect(queries.csv('query-1')).rejects.toThrow('the result of query query-1 is not kept any more: ask again');
  });

  it('that the role may not see are not found, and other trouble is not hidden', async () => {
    const denied = Object.assign(new Error('not yours'), { name: 'AccessDeniedException' });
    athena.on(GetQueryExecutionCommand).rejects(denied);
    await expect(queries.follow('query-2', { waitMs: 0 })).rejects.toMatchObject({ name: 'NotFound' });
    athena
      .on(GetQueryExecutionCommand)
      .rejects(Object.assign(new Error('broken'), { name: 'InternalServerException' }));
    await expect(queries.follow('query-2', { waitMs: 0 })).rejects.toMatchObject({ name: 'InternalError' });
  });
});
