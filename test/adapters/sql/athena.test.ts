import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetTableMetadataCommand,
  InvalidRequestException,
  ListTableMetadataCommand,
  MetadataException,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-athena';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { AthenaEngine } from '../../../adapters/sql/athena.ts';
import { type BegunStatement, StatementWait } from '../../../core/contracts/steps.ts';
import { StatementAwaited } from '../../../core/errors.ts';

const client = new AthenaClient({});
const athena = mockClient(client);
const open = (atOnce?: number) =>
  new AthenaEngine({ client, workgroup: 'acme', ...(atOnce !== undefined && { atOnce }) });
const statement = { name: 'people', sql: 'SELECT 1' };
const said = { $metadata: {}, message: 'said Athena' };

/** What the statement under way is found to be in, one after the other; the last one stays. */
function states(
  ...of: [state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED', reason?: string, facts?: object][]
): void {
  const found = of.map(([State, StateChangeReason, AthenaError]) => ({
    QueryExecution: { Status: { State, StateChangeReason, AthenaError } },
  }));
  let looks = 0;
  athena.on(GetQueryExecutionCommand).callsFake(() => found[looks++] ?? found.at(-1));
}

/** Rows as Athena gives them: all text, NULL left out. */
const rowsOf = (...rows: (string | undefined)[][]) =>
  rows.map((row) => ({ Data: row.map((VarCharValue) => (VarCharValue === undefined ? {} : { VarCharValue })) }));

describe('a session with Athena', () => {
  beforeEach(() => {
    athena.reset();
    athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'query-1' });
    states(['SUCCEEDED']);
  });

  it('runs in its work group, and looks again until a statement has ended', async () => {
    states(['RUNNING'], ['RUNNING'], ['SUCCEEDED']);
    await open().run(statement);
    expect(athena.commandCalls(StartQueryExecutionCommand).map((call) => call.args[0].input)).toEqual([
      { QueryString: 'SELECT 1', WorkGroup: 'acme', ClientRequestToken: expect.any(String) },
    ]);
    expect(athena.commandCalls(GetQueryExecutionCommand)).toHaveLength(3);
  });

  it('starts again what is refused while the account has too much under way', async () => {
    athena
      .on(StartQueryExecutionCommand)
      .rejectsOnce(new TooManyRequestsException({ ...said, Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' }))
      .rejectsOnce(new TooManyRequestsException(said))
      .resolves({ QueryExecutionId: 'query-1' });
    await open().run(statement);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(3);
  });

  it('runs a statement again when another commit came before its own, or Athena says that it may', async () => {
    states(
      ['FAILED', 'ICEBERG_COMMIT_ERROR: Failed to commit'],
      ['FAILED', 'trouble', { ErrorCategory: 1, Retryable: true }],
      ['SUCCEEDED'],
    );
    await open().run(statement);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(3);
  });

  it.each([
    ['QueryFailed', 'COLUMN_NOT_FOUND: no column x', { ErrorCategory: 2 }],
    ['RefusedSql', 'FUNCTION_NOT_FOUND: no function f', { ErrorCategory: 2 }],
    ['InternalError', 'GENERIC_INTERNAL_ERROR: trouble', { ErrorCategory: 1 }],
  ])('fails by %s for %s, and names the statement and the query', async (name, reason, facts) => {
    states(['FAILED', reason, facts]);
    await expect(open().run(statement)).rejects.toMatchObject({
      name,
      message: `people: ${reason} (query query-1)`,
      data: { sql: 'SELECT 1', query_id: 'query-1' },
    });
  });

  it('says what to do when a statement takes more than Athena has for one', async () => {
    states(['FAILED', 'Query exhausted resources at this scale factor', { ErrorCategory: 2, ErrorType: 3 }]);
    await expect(open().run(statement)).rejects.toMatchObject({
      name: 'ResourcesExhausted',
      message: expect.stringMatching(
        /^people: Query exhausted resources at this scale factor \(query query-1\): make it of tables that build on each other/,
      ),
    });
  });

  it('tells a statement that is refused from a service that fails', async () => {
    athena.on(StartQueryExecutionCommand).rejects(new InvalidRequestException(said));
    await expect(open().run(statement)).rejects.toMatchObject({ name: 'QueryFailed', message: 'people: said Athena' });
    const denied = Object.assign(new Error('no right'), { name: 'AccessDeniedException' });
    athena.on(StartQueryExecutionCommand).rejects(denied);
    await expect(open().run(statement)).rejects.toMatchObject({
      name: 'InternalError',
      message: 'people: AccessDeniedException: no right',
    });
  });

  it('stops the statement under way when the run is stopped', async () => {
    states(['RUNNING']);
    const stop = new AbortController();
    const running = open().query({ ...statement, signal: stop.signal }, 10);
    setTimeout(() => stop.abort(), 60);
    await expect(running).rejects.toMatchObject({ name: 'RunStopped' });
    expect(athena.commandCalls(StopQueryExecutionCommand).map((call) => call.args[0].input)).toEqual([
      { QueryExecutionId: 'query-1' },
    ]);
  });

  it('says so when somebody else has cancelled a statement', async () => {
    states(['CANCELLED']);
    await expect(open().run(statement)).rejects.toMatchObject({ name: 'QueryFailed' });
  });

  it('gives typed values, without the row of the names', async () => {
    const columns = [
      ['far', 'bigint'],
      ['near', 'integer'],
      ['price', 'decimal'],
      ['day', 'date'],
      ['at', 'timestamp'],
      ['zoned', 'timestamp with time zone'],
      ['half', 'double'],
      ['endless', 'double'],
      ['yes', 'boolean'],
      ['empty', 'varchar'],
      ['nothing', 'varchar'],
    ].map(([Name, Type]) => ({ Name, Type, Precision: 38, Scale: 2 }));
    const values = ['9007199254740993', '42', '1.50', '2026-11-23', '2026-11-23 10:30:00.120000'];
    const others = ['2026-11-23 10:30:00.000 UTC', '1.5', 'Infinity', 'true', '', undefined];
    athena.on(GetQueryResultsCommand).resolves({
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: columns },
        Rows: rowsOf(
          columns.map(({ Name }) => Name),
          [...values, ...others],
        ),
      },
    });
    const { columns: seen, rows } = await open().query(statement, 10);
    expect(seen[2]).toEqual({ name: 'price', type: 'decimal(38,2)' });
    const times = ['2026-11-23T10:30:00.12Z', '2026-11-23T10:30:00Z'];
    expect(rows).toEqual([['9007199254740993', 42, '1.50', '2026-11-23', ...times, 1.5, 'Infinity', true, '', null]]);
  });

  it('tells of tables without a statement, and of one that is not there that it is not', async () => {
    const Columns = [
      { Name: 'id', Type: 'bigint' },
      { Name: 'price', Type: 'decimal(38,4)' },
    ];
    const absent =
      'Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException)';
    const table = { database: 'shop', name: 'orders' };
    athena
      .on(GetTableMetadataCommand)
      .rejectsOnce(new TooManyRequestsException(said))
      .resolvesOnce({ TableMetadata: { Name: 'orders', Columns } })
      .rejectsOnce(new MetadataException({ $metadata: {}, message: absent }))
      .rejectsOnce(new MetadataException(said));
    expect(await open().columns(table)).toEqual([
      { name: 'id', type: 'bigint' },
      { name: 'price', type: 'decimal(38,4)' },
    ]);
    expect(await open().columns(table)).toBeUndefined();
    await expect(open().columns(table)).rejects.toThrow('columns of orders: MetadataException: said Athena');
    athena
      .on(ListTableMetadataCommand)
      .resolvesOnce({ TableMetadataList: [{ Name: 'orders', TableType: 'EXTERNAL_TABLE' }], NextToken: 'more' })
      .resolvesOnce({ TableMetadataList: [{ Name: 'people', TableType: 'VIRTUAL_VIEW' }] });
    expect(await open().tables('shop')).toEqual([
      { name: 'orders', isView: false },
      { name: 'people', isView: true },
    ]);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(0);
  });

  it('fetches page after page, and no more than is wanted', async () => {
    const metadata = { ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'integer' }] } };
    const page = (from: number, to: number) =>
      rowsOf(...Array.from({ length: to - from }, (_, n) => [String(from + n)]));
    athena
      .on(GetQueryResultsCommand)
      .resolvesOnce({ ResultSet: { ...metadata, Rows: [...rowsOf(['n']), ...page(0, 999)] }, NextToken: 'more' })
      .resolvesOnce({ ResultSet: { ...metadata, Rows: page(999, 1200) }, NextToken: 'even more' });
    const { rows } = await open().query(statement, 1200);
    expect([rows.length, rows.at(-1)]).toEqual([1200, [1199]]);
    const asked = athena.commandCalls(GetQueryResultsCommand).map(({ args }) => args[0].input);
    expect(asked.map(({ MaxResults, NextToken }) => [MaxResults, NextToken])).toEqual([
      [1000, undefined],
      [201, 'more'],
    ]);
  });

  it('tells how many rows a table was made of', async () => {
    const made = { Status: { State: 'SUCCEEDED' as const }, SubstatementType: 'CREATE_TABLE_AS_SELECT' };
    athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: made });
    athena.on(GetQueryResultsCommand).resolves({ UpdateCount: 7 });
    expect(await open().run(statement)).toBe(7);
  });

  it('has few statements under way at once', async () => {
    let [underWay, most] = [0, 0];
    athena.on(StartQueryExecutionCommand).callsFake(() => {
      most = Math.max(most, ++underWay);
      return { QueryExecutionId: 'query-1' };
    });
    athena.on(GetQueryExecutionCommand).callsFake(() => {
      underWay--;
      return { QueryExecution: { Status: { State: 'SUCCEEDED' } } };
    });
    const engine = open(2);
    await Promise.all(Array.from({ length: 7 }, () => engine.run(statement)));
    expect([most, athena.commandCalls(StartQueryExecutionCommand).length]).toEqual([2, 7]);
  });
});

describe('a session of a step that can be called again', () => {
  const long = { ...statement, asks: 'people' };
  const call = (begun: readonly BegunStatement[] = []) =>
    new AthenaEngine({ client, workgroup: 'acme', wait: { patienceMs: 0, begun } });
  const awaited = async (work: Promise<unknown>): Promise<StatementWait> => {
    const cause = await work.catch((thrown: unknown) => thrown);
    expect(cause).toBeInstanceOf(StatementAwaited);
    return StatementWait.parse((cause as StatementAwaited).data);
  };
  const started = () => athena.commandCalls(StartQueryExecutionCommand).map((call) => call.args[0].input);

  beforeEach(() => {
    athena.reset();
    let n = 0;
    athena.on(StartQueryExecutionCommand).callsFake(() => ({ QueryExecutionId: `query-${++n}` }));
    states(['RUNNING']);
  });

  it('leaves a long statement to be waited for, by the token that it was started with', async () => {
    const wait = await awaited(call().run(long));
    expect(wait).toMatchObject({ sql: 'SELECT 1', token: started()[0]?.ClientRequestToken });
    expect(wait.begun).toMatchObject([{ id: 'query-1', token: wait.token }]);
    expect(athena.commandCalls(StopQueryExecutionCommand)).toEqual([]);
  });

  it('takes it up in the next call, though its text names another place', async () => {
    const { begun } = await awaited(call().run(long));
    states(['SUCCEEDED']);
    await call(begun).run({ ...long, sql: 'SELECT 1 AS elsewhere' });
    expect(started()).toHaveLength(1);
  });

  it('asks anew what is asked a second time in a call, since something may have changed between', async () => {
    const { begun } = await awaited(call().run(long));
    states(['SUCCEEDED']);
    const engine = call(begun);
    await engine.run(long);
    await engine.run(long);
    expect(started()).toHaveLength(2);
  });

  it('keeps all that earlier calls began, until the step has ended', async () => {
    const first = await awaited(call().run(long));
    states(['SUCCEEDED'], ['RUNNING']);
    const engine = call(first.begun);
    await engine.run(long);
    const second = await awaited(engine.run({ ...long, asks: 'orders' }));
    expect(second.begun.map(({ id }) => id)).toEqual(['query-1', 'query-2']);
  });

  it('runs it again when it failed in passing, and fails as it failed otherwise', async () => {
    const { begun } = await awaited(call().run(long));
    states(['FAILED', 'ICEBERG_COMMIT_ERROR: Failed to commit'], ['SUCCEEDED']);
    await call(begun).run(long);
    expect(started()).toHaveLength(2);
    states(['FAILED', 'COLUMN_NOT_FOUND: no column x', { ErrorCategory: 2 }]);
    await expect(call(begun).run(long)).rejects.toMatchObject({ name: 'QueryFailed' });
  });

  it('begins nothing more once it waits', async () => {
    const engine = call();
    await awaited(engine.run(long));
    await awaited(engine.run({ ...long, asks: 'orders' }));
    expect(started()).toHaveLength(1);
  });

  it('waits itself for what is short by its nature, and for what is too long to be told on', async () => {
    states(['RUNNING'], ['SUCCEEDED']);
    await call().run(statement);
    states(['RUNNING'], ['SUCCEEDED']);
    await call().run({ ...long, sql: `SELECT '${'x'.repeat(100_000)}'` });
    expect(started()).toHaveLength(2);
  });
});
