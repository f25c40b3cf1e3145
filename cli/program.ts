import { Command, CommanderError } from 'commander';
import { InvalidInput, TributaryError } from '../core/errors.ts';
import { red } from './colours.ts';
import { commands } from './commands/registry.ts';
import { examples } from './help.ts';
import { kebabName } from './options.ts';

/** Exit codes: what was asked for could not be done; it was asked wrongly. */
const failed = 1;
const refused = 2;

export function buildProgram(isForPrograms = false): Command {
  const program = new Command('tributary')
    .description('Customer files in, people out: a customer data platform on this machine.')
    .option('--tenant <name>', 'tenant (default: the only one, or acme)', kebabName)
    .option('--environment <name>', 'environment of the tenant', kebabName, 'production')
    .option('--json', 'print JSON for programs, errors too')
    .option('--debug', 'show where in the code an error came from')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', examples('start', 'query "SELECT * FROM customer_360 LIMIT 10"', 'person jane@example.com'))
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 asked wrongly. Data is under .tributary/ or TRIBUTARY_HOME; with TRIBUTARY_URL and\nTRIBUTARY_TOKEN, commands speak to a deployment instead.',
    );
  for (const register of commands) register(program);
  throughout(program, (command) => {
    command.exitOverride().configureHelp({ showGlobalOptions: true }).showHelpAfterError('(--help says how)');
    if (isForPrograms) command.configureOutput({ writeErr: () => undefined });
  });
  return program;
}

/** Runs one command line, by default the one for help; resolves when it is done, with the exit code set. */
export async function runProgram(args: readonly string[]): Promise<void> {
  const isForPrograms = args.includes('--json');
  try {
    await buildProgram(isForPrograms).parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
  } catch (cause) {
    process.exitCode = exitCodeOf(cause);
    if (process.exitCode === 0) return;
    if (isForPrograms) process.stderr.write(`${JSON.stringify({ error: errorData(cause) }, null, 2)}\n`);
    // Commander has told people what was wrong.
    else if (!(cause instanceof CommanderError))
      process.stderr.write(`${errorText(cause, args.includes('--debug'))}\n`);
  }
}

function errorData(cause: unknown): { type: string; message: string } {
  if (cause instanceof CommanderError) {
    const isNoCommand = cause.code === 'commander.help';
    const message = isNoCommand ? 'no command: --help lists them' : cause.message.replace(/^error: /, '');
    return { type: InvalidInput.name, message };
  }
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  return { type: name, message };
}

function exitCodeOf(cause: unknown): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : refused;
  const asked = cause instanceof TributaryError && (cause.status === 400 || cause.status === 404);
  return asked ? refused : failed;
}

/** One plain sentence; the stack is for those who ask. */
function errorText(cause: unknown, debug: boolean): string {
  if (debug && cause instanceof Error) return cause.stack ?? cause.message;
  const message = cause instanceof Error ? cause.message : String(cause);
  const expected = cause instanceof TributaryError;
  return `${red('error:')} ${message}${expected ? '' : ' (--debug shows more)'}`;
}

function throughout(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const inner of command.commands) throughout(inner, visit);
}
