import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import { synthesise } from '../infra/synthesis.ts';

const version = '1.58.0';

/** AWS's linter of CloudFormation, installed once. */
function cfnLint(): string {
  const home = join(homedir(), '.cache', `tributary-cfn-lint-${version}`);
  const command = join(home, 'bin/cfn-lint');
  if (existsSync(command)) return command;
  execFileSync('python3', ['-m', 'venv', home]);
  execFileSync(join(home, 'bin/pip'), ['install', '--quiet', `cfn-lint==${version}`]);
  return command;
}

describe('the templates of a stage', () => {
  it.each(Object.keys(stages))('of %s have nothing that cfn-lint knows to be wrong', (stage) => {
    const folder = mkdtempSync(join(tmpdir(), 'templates-'));
    const files = Object.entries(synthesise(stage)).map(([name, template]) => {
      const path = join(folder, `${name}.template.json`);
      writeFileSync(path, JSON.stringify(template.toJSON()));
      return path;
    });
    expect(files.length).toBeGreaterThan(2);
    // CDK writes dependencies that a reference implies already.
    expect(lint(['--ignore-checks', 'W3005', '--', ...files])).toBe('');
  });
});

/** What the linter has to say; nothing of good templates. */
function lint(args: string[]): string {
  try {
    return execFileSync(cfnLint(), args, { encoding: 'utf8' });
  } catch (cause) {
    return (cause as { stdout?: string }).stdout ?? String(cause);
  }
}
