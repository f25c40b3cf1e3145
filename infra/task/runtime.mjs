// What Lambda's runtime does for a function, in a container of a stock Node image: fetches the function's zip and its layer's, loads
// its handler and calls it once. It stands as text in the task's definition, so it has nothing but Node to work with.

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const { env } = process;
const folder = `/tmp/bundle-${randomUUID()}`;

/** The keys of the task's role. */
async function credentials() {
  const path = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  if (path === undefined) {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
    return { id, secret, token };
  }
  const told = await (await fetch(`http://169.254.170.2${path}`)).json();
  return { id: told.AccessKeyId, secret: told.SecretAccessKey, token: told.Token };
}

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** Headers of a GET of S3 that are signed with somebody's keys (AWS Signature Version 4). */
function signed({ host, pathname }, { id, secret, token }) {
  const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const headers = {
    host,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': at,
    ...(token && { 'x-amz-security-token': token }),
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const request = ['GET', pathname, '', ...lines, '', names, 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = [at.slice(0, 8), env.AWS_REGION, 's3', 'aws4_request'];
  const hash = createHash('sha256').update(request).digest('hex');
  const key = scope.reduce(hmac, `AWS4${secret}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', at, scope.join('/'), hash].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

async function fetched(address) {
  // Of the SDK's variables the one that leads all of it elsewhere.
  const url = new URL(new URL(address).pathname, env.AWS_ENDPOINT_URL ?? address);
  const answer = await fetch(url, { headers: signed(url, await credentials()) });
  if (!answer.ok) throw new Error(`${url} can't be fetched: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** Writes the files of a zip, in the order of its directory, which its last record leads to. */
function unzip(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    // A layer keeps what Node finds by name under a name of Lambda's own.
    const path = zip.toString('utf8', at + 46, at + 46 + name).replace(/^nodejs\//, '');
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    if (!path.endsWith('/')) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), zip.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes));
    }
    at += 46 + name + extra + comment;
  }
}

// The first process of a container is not ended by a signal that it does not hear.
process.once('SIGTERM', () => process.exit(143));

for (const address of JSON.parse(env.TRIBUTARY_BUNDLES)[env.TRIBUTARY_STEP]) unzip(await fetched(address));
const { handler } = await import(join(folder, 'handler.mjs'));
const task = { Name: env.TRIBUTARY_TASK_NAME, EnteredTime: env.TRIBUTARY_TASK_ENTERED };
// A task has all the time that its state gives it: this is the longest that a timer of Node knows.
const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 2 ** 31 - 1 };
try {
  await handler({ ...JSON.parse(env.TRIBUTARY_INPUT), task }, context);
} catch (error) {
  console.error(error);
  // An error of ours is noted, and its function tells it when it is asked next: the task has done what it can. Any other may
  // pass, and the state tries it again.
  process.exitCode = error.attribution === undefined ? 1 : 0;
}
process.exit();
