import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from './emulator.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** Outputs of each stack, by its name. */
export type Outputs = Record<string, Record<string, string>>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

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
    // With its zips it is most of a gigabyte.
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
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

  /** Makes what is deployed next that of a newer version, in which a function of `lambdas/` has other code. */
  async renew(lambda: string): Promise<void> {
    const templates = await this.#read('.template.json');
    const renamed: [string, string][] = [];
    for (const [name, text] of await this.#read('.assets.json')) {
      const { files } = JSON.parse(text) as {
        files: Record<string, { displayName: string; source: { path: string } }>;
      };
      for (const [hash, { displayName, source }] of Object.entries(files)) {
        if (!displayName.endsWith(`/${lambda}/Code`) || renamed.some(([old]) => old === hash)) continue;
        const newer = sha256(`newer ${hash}`);
        renamed.push([hash, newer]);
        await cp(join(this.#out, source.path), join(this.#out, `asset.${newer}`), { recursive: true });
        await appendFile(join(this.#out, `asset.${newer}`, 'handler.mjs'), '\n// Of a newer version.\n');
      }
      // A template is an asset too, and published once under its name.
      const [, template = ''] = templates.find(([one]) => one === name.replace('.assets.', '.template.')) ?? [];
      const own = Object.entries(files).find(([, { source }]) => source.path.endsWith('.template.json'))?.[0];
      if (own && renamed.some(([old]) => template.includes(old))) renamed.push([own, sha256(`newer ${own}`)]);
    }
    if (renamed.length === 0) throw new Error(`no function ${lambda} is in the assembly`);
    const rename = (text: string) => renamed.reduce((all, [old, newer]) => all.replaceAll(old, newer), text);
    for (const [name, text] of await this.#read('.json')) await writeFile(join(this.#out, name), rename(text));
  }

  /** Files of the assembly whose names end so, with what is in them. */
  async #read(end: string): Promise<[string, string][]> {
    const names = (await readdir(this.#out)).filter((name) => name.endsWith(end));
    return Promise.all(names.map(async (name) => [name, await readFile(join(this.#out, name), 'utf8')]));
  }

  get #out(): string {
    return join(this.#folder, 'cdk.out');
  }

  get #assembly(): string[] {
    return ['--app', this.#out];
  }

  async #cdk(command: string, ...args: string[]): Promise<void> {
    const env = { ...process.env, ...this.#aws.environment, CDK_HOME: join(this.#folder, 'home'), CI: 'true' };
    const out = command === 'synth' ? ['--output', this.#out] : [];
    const options = { cwd: root, env, timeout: 600_000, maxBuffer: 1 << 26 };
    await run(join(root, 'node_modules/.bin/cdk'), [command, ...args, ...out], options).catch((cause) => {
      // What was printed besides is each resource on its way.
      throw new Error(`cdk ${command} failed: ${String(cause.stderr || cause).slice(0, 3000)}`);
    });
  }
}
