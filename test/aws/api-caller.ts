import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Outputs } from './deployment.ts';
import type { Emulator } from './emulator.ts';

export interface Asked {
  token?: string;
  method?: string;
  /** Sent as JSON; a text as it is. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Calls the deployed API as its users do, by the host name of its own, which no name server of this machine knows. */
export class ApiCaller {
  readonly #aws: Emulator;
  readonly #outputs: Record<string, string>;

  constructor(aws: Emulator, outputs: Outputs, stage: string) {
    this.#aws = aws;
    this.#outputs = outputs[`tributary-${stage}-platform`] ?? {};
  }

  async ask(path: string, { token, method = 'GET', body, headers: also }: Asked = {}) {
    const headers = { ...jsonType(body), ...also, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const sent = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const answer = await this.#send(path, method, headers, sent);
    const told = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: told };
  }

  /** Makes documents the configuration of an environment. */
  async configure(of: { tenant: string; environment: string }, token: string, documents: readonly unknown[]) {
    const body = { documents, message: 'test' };
    const path = `/api/v0/${of.tenant}/${of.environment}/configuration`;
    const answer = await this.ask(path, { token, method: 'PUT', body });
    if (answer.status !== 200) throw new Error(`PUT ${path} gave ${answer.status}: ${answer.body}`);
  }

  /** The token of a new person, whom cloud ops have put into groups. */
  async signIn(Username: string, ...groups: string[]): Promise<string> {
    const directory = (action: string, body: object) => this.#directory(action, body);
    const Password = 'Correct-horse-7-battery';
    const UserAttributes = [{ Name: 'email', Value: Username }];
    await directory('AdminCreateUser', { Username, UserAttributes, MessageAction: 'SUPPRESS' });
    await directory('AdminSetUserPassword', { Username, Password, Permanent: true });
    for (const GroupName of groups) await directory('AdminAddUserToGroup', { Username, GroupName });
    const AuthParameters = { USERNAME: Username, PASSWORD: Password };
    const asked = { ClientId: this.#outputs.UserPoolClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters };
    return (await directory('AdminInitiateAuth', asked)).AuthenticationResult.IdToken;
  }

  /** How long the tokens of who signs in from now on are good for; AWS itself gives none for less than five minutes. */
  async tokensLast(IdTokenValidity: number): Promise<void> {
    const asked = { IdTokenValidity, TokenValidityUnits: { IdToken: 'seconds' } };
    await this.#directory('UpdateUserPoolClient', { ClientId: this.#outputs.UserPoolClientId, ...asked });
  }

  /** An address of this machine that stands for the API's, for a program that knows it by that alone. */
  async onLoopback(): Promise<{ url: string; close(): void }> {
    const server: Server = createServer(async (asked, answer) => {
      const body = Buffer.concat(await asked.toArray());
      const { host: _, ...headers } = asked.headers as Record<string, string>;
      const told = await this.#send(asked.url ?? '/', asked.method ?? 'GET', headers, body);
      answer.writeHead(told.statusCode ?? 502, told.headers);
      told.pipe(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
  }

  async #directory(action: string, body: object) {
    const target = `AWSCognitoIdentityProviderService.${action}`;
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const sent = JSON.stringify({ UserPoolId: this.#outputs.UserPoolId, ...body });
    return JSON.parse((await this.#aws.call('cognito-idp', sent, headers)) || '{}');
  }

  #send(path: string, method: string, given: Record<string, string>, body: string | Buffer): Promise<IncomingMessage> {
    const { host } = new URL(this.#outputs.ApiUrl ?? '');
    const headers = { ...given, host, 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      // The path as it is: a URL would resolve it.
      request(this.#aws.endpoint, { path, method, headers }, resolve).on('error', reject).end(body);
    });
  }
}

const jsonType = (body: unknown) => (body === undefined ? {} : { 'content-type': 'application/json' });
