import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from './emulator.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** Outputs of each stack, by its name. */
export type Outputs = Record<string, Record<string, string>>;

/** The CDK's command line as cloud ops use it, on the emulator's account. */
export class Deployment {
  readonly #aws: Emulator;
  readonly #folder: string;

  private constructor(aws: Emulator, folder: string) {
    this.#aws = aws;
    this.#folder = folder;
  }

  /** Synthesises a stage and makes the account ready for it. */
  static async begin(aws: Emulator, context: Readonly<Record<string, string>>): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'deployment-'));
    const given = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const deployment = new Deployment(aws, folder);
    await deployment.#cdk('synth', '-q', ...given);
    await deployment.#cdk('bootstrap', `aws://${aws.account}/${aws.region}`, ...deployment.#assembly);
    return deployment;
  }

  /** Deploys stacks, all of them when none is named. */
  async deploy(...stacks: string[]): Promise<Outputs> {
    const outputs = join(this.#folder, 'outputs.json');
    const named = stacks.length === 0 ? ['--all'] : stacks;
    await this.#cdk('deploy', ...named, ...this.#assembly, '--require-approval', 'never', '--outputs-file', outputs);
    return JSON.parse(await readFile(outputs, 'utf8')) as Outputs;
  }

  async destroy(...stacks: string[]): Promise<void> {
    const named = stacks.length === 0 ? ['--all'] : stacks;
    await this.#cdk('destroy', ...named, ...this.#assembly, '--force');
  }

  get #assembly(): string[] {
    return ['--app', join(this.#folder, 'cdk.out')];
  }

  async #cdk(command: string, ...args: string[]): Promise<void> {
    const env = { ...process.env, ...this.#aws.environment, CDK_HOME: join(this.#folder, 'home'), CI: 'true' };
    const out = command === 'synth' ? ['--output', join(this.#folder, 'cdk.out')] : [];
    const options = { cwd: root, env, timeout: 600_000, maxBuffer: 1 << 26 };
    await run(join(root, 'node_modules/.bin/cdk'), [command, ...args, ...out], options).catch((cause) => {
      // What was printed besides is each resource on its way.
      throw new Error(`cdk ${command} failed: ${String(cause.stderr || cause).slice(0, 3000)}`);
    });
  }
}
