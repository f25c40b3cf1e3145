import { request } from 'node:http';
import type { policies } from '../../infra/constructs/user-directory.ts';
import type { Outputs } from './deployment.ts';
import type { Emulator } from './emulator.ts';

/** A call of a service whose SDK the product doesn't need, as the account. */
export async function callAws(
  { endpoint, region, client }: Emulator,
  service: string,
  body: string,
  headers: Record<string, string>,
): Promise<string> {
  const scope = `${client.credentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  const answer = await fetch(endpoint, { method: 'POST', body, headers: { ...headers, authorization } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service}: ${text}`);
  return text;
}

interface Answer {
  status: number | undefined;
  body: string;
}

/** The HTTP API of a deployment, and the directory of those who may call it. */
export class DeployedApi {
  readonly #aws: Emulator;
  readonly #platform: Readonly<Record<string, string>>;

  constructor(aws: Emulator, outputs: Outputs, stage: string) {
    this.#aws = aws;
    this.#platform = outputs[`tributary-${stage}-platform`] ?? {};
  }

  /** Asks as a client of the API's own address, which no name server of this machine knows. */
  ask(path: string, { token, method = 'GET', body }: { token?: string; method?: string; body?: unknown } = {}) {
    const { host } = new URL(this.#platform.ApiUrl ?? '');
    const headers = {
      host,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    return new Promise<Answer>((resolve, reject) => {
      const sent = request(new URL(path, this.#aws.endpoint), { method, headers }, async (answer) => {
        const chunks = await answer.toArray();
        resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() });
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Makes documents the configuration of an environment, such as `acme/production`. */
  async configure(environment: string, token: string, documents: readonly unknown[]): Promise<void> {
    const body = { documents, message: 'test' };
    const answer = await this.ask(`/api/v0/${environment}/configuration`, { token, method: 'PUT', body });
    if (answer.status !== 200) throw new Error(`PUT configuration gave ${answer.status}: ${answer.body}`);
  }

  /** The token of a new person, whom cloud ops have given a policy. */
  async signIn(Username: string, policy?: keyof typeof policies): Promise<string> {
    const { UserPoolId, UserPoolClientId } = this.#platform;
    const directory = async (action: string, body: object) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${action}`,
      };
      return JSON.parse(
        (await callAws(this.#aws, 'cognito-idp', JSON.stringify({ UserPoolId, ...body }), headers)) || '{}',
      );
    };
    const Password = 'Correct-horse-7-battery';
    await directory('AdminCreateUser', { Username, MessageAction: 'SUPPRESS' });
    await directory('AdminSetUserPassword', { Username, Password, Permanent: true });
    if (policy) await directory('AdminAddUserToGroup', { Username, GroupName: policy });
    const { AuthenticationResult } = await directory('AdminInitiateAuth', {
      ClientId: UserPoolClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: Password },
    });
    return AuthenticationResult.IdToken;
  }
}
