import type { Command } from 'commander';
import { InvalidInput, NotFound } from '../core/errors.ts';
import { homeFolder } from '../local/home.ts';
import { Client } from './client.ts';

/** What every command may be given. */
export interface GlobalOptions {
  tenant?: string;
  environment: string;
  json?: boolean;
  debug?: boolean;
}

/** What a command found or did: as data for programs, as text for people. */
export interface Answer {
  data: unknown;
  text: string;
  /** It was done, and what came of it is a failure: the exit code is 1. */
  failed?: boolean;
}

/** One use of a command. */
export interface Invocation<Options = unknown> {
  client: Client;
  options: Options & GlobalOptions;
  /** By position; those that were left out are undefined. */
  args: readonly string[];
  /** Path of the tenant's environment in the API. */
  environment: () => Promise<string>;
}

/** Makes a command's action: opens the home, does the work, prints its answer, and lets go of the home. */
export function action<Options>(work: (invocation: Invocation<Options>) => Promise<Answer>) {
  return async function act(this: Command): Promise<void> {
    const options = this.optsWithGlobals<Options & GlobalOptions>();
    const client = await Client.open(homeFolder());
    try {
      const environment = async () => `/${await tenantOf(client, options)}/${options.environment}`;
      print(await work({ client, options, args: this.processedArgs.flat() as string[], environment }), options);
    } finally {
      await client.close();
    }
  };
}

/** Prints an answer the way that was asked for. */
export function print(answer: Answer, { json }: Pick<GlobalOptions, 'json'>): void {
  const text = json ? JSON.stringify(answer.data, null, 2) : answer.text;
  if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  if (answer.failed) process.exitCode = 1;
}

/** The tenant that is meant: the one named, the only one, or the demo's. */
async function tenantOf(client: Client, { tenant }: GlobalOptions): Promise<string> {
  if (tenant !== undefined) return tenant;
  const names = (await client.all<{ name: string }>('/tenants')).map(({ name }) => name);
  const meant = names.length === 1 ? names[0] : names.find((name) => name === 'acme');
  if (meant !== undefined) return meant;
  if (names.length > 0) throw new InvalidInput(`there are several tenants: name one with --tenant ${names.join('|')}`);
  throw new NotFound('there is no tenant yet: `npm start` makes the demo, `tributary tenant create NAME` an empty one');
}
