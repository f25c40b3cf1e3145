import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskCommand } from '../../infra/constructs/stitch-task.ts';
import { zipOf } from '../support/zip.ts';

/** The zip of a function whose handler says what it was called with, and ends as its input wants. */
const bundle = zipOf({
  'node_modules/said/index.mjs': 'export const say = (it) => console.log(JSON.stringify(it));\n',
  'handler.mjs': `import { say } from './node_modules/said/index.mjs';
export async function handler(event, context) {
  say({ event, left: context.getRemainingTimeInMillis() });
  if (event.waits) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event.fails) throw Object.assign(new Error('broken'), event.fails);
}`,
});

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const path = '/assets/0123.zip';
let asked: Record<string, string | string[] | undefined> = {};

const s3 = createServer((request, response) => {
  asked = request.headers;
  response.writeHead(request.url === path ? 200 : 404).end(bundle);
});
const port = () => (s3.address() as AddressInfo).port;
beforeAll(async () => {
  s3.listen(0, '127.0.0.1');
  await once(s3, 'listening');
});
afterAll(() => s3.close());

function start(input: object, step = 'read-file') {
  const [command, ...args] = taskCommand();
  const child = spawn(command, args, {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port()}`,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
      TRIBUTARY_BUNDLES: JSON.stringify({
        'read-file': [`https://s3.eu-west-1.amazonaws.com${path}`],
        gone: ['https://s3.eu-west-1.amazonaws.com/assets/gone.zip'],
      }),
      TRIBUTARY_STEP: step,
      TRIBUTARY_TASK_NAME: 'ReadFile',
      TRIBUTARY_TASK_ENTERED: '2026-11-26T10:00:00Z',
      TRIBUTARY_INPUT: JSON.stringify(input),
    },
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    printed.out += text;
  });
  child.stderr.on('data', (text) => {
    printed.err += text;
  });
  return { child, printed, ended: once(child, 'close').then(([code]) => ({ code, ...printed })) };
}

describe('what runs in the container of a task', () => {
  it("calls a function's handler from its zip, with the input and the name of its task", async () => {
    const { code, out } = await start({ run_id: 'run-1' }).ended;
    expect(code).toBe(0);
    const task = { Name: 'ReadFile', EnteredTime: '2026-11-26T10:00:00Z' };
    expect(JSON.parse(out)).toEqual({ event: { run_id: 'run-1', task }, left: 2 ** 31 - 1 });
  });

  it("asks for the zip as AWS's own client would, by the keys of the task's role", async () => {
    await start({}).ended;
    const at = String(asked['x-amz-date']).replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5');
    const signer = await new S3Client({ region: 'eu-west-1', credentials: keys }).config.signer();
    const host = `127.0.0.1:${port()}`;
    const headers = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const request = { method: 'GET', protocol: 'http:', hostname: '127.0.0.1', port: port(), path, query: {}, headers };
    const signed = await signer.sign(request as never, { signingDate: new Date(at) });
    expect(asked.authorization).toBe(signed.headers.authorization);
  });

  it('ends well after an error of ours, which is noted, and badly after any other, which may pass', async () => {
    const ours = await start({ fails: { attribution: 'customer' } }).ended;
    const others = await start({ fails: { code: 'ECONNRESET' } }).ended;
    expect([ours.code, others.code]).toEqual([0, 1]);
    expect(ours.err).toContain('broken');
  });

  it('ends badly when its zip is not there, and says which', async () => {
    const { code, err } = await start({}, 'gone').ended;
    expect(code).toBe(1);
    expect(err).toContain("/assets/gone.zip can't be fetched: 404");
  });

  it('ends at once when it is stopped', async () => {
    const { child, ended } = start({ waits: true });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
  });
});
