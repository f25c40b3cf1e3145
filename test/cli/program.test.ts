import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../cli/program.ts';
import { cli } from '../support/cli.ts';

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** What `--help` prints, with what is added after it. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

describe('the command line', () => {
  const commands = everyCommand(buildProgram());

  test.each(commands.map((command) => [command.name(), command] as const))(
    '%s explains itself and gives an example',
    (name, command) => {
      const help = helpOf(command);
      expect(command.description()).not.toBe('');
      expect(help).toMatch(/Examples?:\n {2}tributary /);
      if (name !== 'tributary') expect(help).toContain('--json');
    },
  );

  test('has the commands that the product promises', () => {
    const names = commands.map((command) => command.name());
    const promised = 'start run runs validate discover export apply plan query tables person stitch quarantine tenant';
    expect(names).toEqual(expect.arrayContaining(promised.split(' ')));
  });
});

test('a name that would be another path of the API is refused', async () => {
  const home = join(tmpdir(), 'tributary-no-home');
  expect(await cli(home, 'runs', 'show', '../..', '--tenant', 'acme')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('".." is part of no name'),
  });
});
