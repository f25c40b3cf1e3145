import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import type { Emulator } from './emulator.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const cdk = join(root, 'node_modules/.bin/cdk');

/** Outputs of each stack, by its name. */
export type Outputs = Record<string, Record<string, string>>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The CDK's command line as cloud ops use it, on the emulator's account. */
export class Deployment {
  readonly #aws: Emulator;
  readonly #folder: string;
  /** The assembly: templates of the stacks, and the code of their functions. */
  #out: string;

  private constructor(aws: Emulator, folder: string, out: string) {
    this.#aws = aws;
    this.#folder = folder;
    this.#out = out;
  }

  /** Makes the account ready for a stage, which the suites of a run synthesise and pack once. */
  static begin(aws: Emulator, stage: string): Promise<Deployment> {
    return Deployment.#of(aws, stage, join(inject('runFolder'), `${stage}.out`));
  }

  /** The same of a stage that is synthesised again, as another day's deployment is. */
  static async beginAgain(aws: Emulator, stage: string): Promise<Deployment> {
    return Deployment.#of(aws, stage, await mkdtemp(join(inject('runFolder'), `${stage}.out-`)));
  }

  static async #of(aws: Emulator, stage: string, out: string): Promise<Deployment> {
    const deployment = new Deployment(aws, await mkdtemp(join(inject('runFolder'), 'deployment-')), out);
    // One suite at a time, and none once the last file of an assembly is there.
    const unlessMade = ['flock', `${out}.lock`, 'sh', '-c', 'test -e "$0/manifest.json" || exec "$@"', out];
    await deployment.#run([...unlessMade, cdk, 'synth', '-q', '-c', `stage=${stage}`, '--output', out]);
    await deployment.#cdk('bootstrap', `aws://${aws.account}/${aws.region}`);
    return deployment;
  }

  /** Deploys stacks, all of them when none is named. */
  async deploy(...stacks: string[]): Promise<Outputs> {
    const outputs = join(this.#folder, 'outputs.json');
    const named = stacks.length === 0 ? ['--all'] : stacks;
    // It looks every five seconds whether a stack is done: those that may go side by side.
    const options = ['--concurrency', '4', '--require-approval', 'never', '--outputs-file', outputs];
    await this.#cdk('deploy', ...named, ...options);
    return JSON.parse(await readFile(outputs, 'utf8')) as Outputs;
  }

  async destroy(...stacks: string[]): Promise<void> {
    const named = stacks.length === 0 ? ['--all'] : stacks;
    await this.#cdk('destroy', ...named, '--concurrency', '4', '--force');
  }

  /** Makes what is deployed next that of a newer version, in which a function of `lambdas/` has other code. */
  async renew(lambda: string): Promise<void> {
    await this.#takeCopy();
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
        await cp(join(this.#out, source.path), join(this.#out, `asset.${newer}`), {
          recursive: true,
          dereference: true,
        });
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

  /** Makes the assembly one of its own, to be changed: other suites deploy what it was. */
  async #takeCopy(): Promise<void> {
    const own = await mkdtemp(join(this.#folder, 'own.out-'));
    for (const name of await readdir(this.#out))
      await (name.endsWith('.json') ? cp : symlink)(join(this.#out, name), join(own, name));
    this.#out = own;
  }

  #cdk(command: string, ...args: string[]): Promise<void> {
    return this.#run([cdk, command, ...args, '--app', this.#out]);
  }

  async #run([program = '', ...args]: string[]): Promise<void> {
    const env = {
      ...process.env,
      ...this.#aws.environment,
      CDK_HOME: join(this.#folder, 'home'),
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    };
    await run(program, args, { cwd: root, env, timeout: 600_000, maxBuffer: 1 << 26 }).catch((cause) => {
      // What was printed besides is each resource on its way.
      throw new Error(`${[program, ...args].join(' ')} failed: ${String(cause.stderr || cause).slice(0, 3000)}`);
    });
  }
}
