import { Command, CommanderError } from 'commander';
import { TributaryError } from '../core/errors.ts';
import { red } from './colours.ts';
import { commands } from './commands/registry.ts';
import { examples } from './help.ts';

/** Exit codes: what was asked for could not be done; it was asked wrongly. */
const failed = 1;
const refused = 2;

export function buildProgram(): Command {
  const program = new Command('tributary')
    .description('Customer files in, people out: a customer data platform on this machine.')
    .option('--tenant <name>', 'tenant (default: the only one, or acme)')
    .option('--environment <name>', 'environment of the tenant', 'production')
    .option('--json', 'print JSON for programs')
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
  });
  return program;
}

/** Runs one command line; resolves when it is done, with the exit code set. */
export async function runProgram(args: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(args, { from: 'user' });
  } catch (cause) {
    process.exitCode = exitCodeOf(cause);
    // Commander has said what was wrong.
    if (!(cause instanceof CommanderError)) process.stderr.write(`${errorText(cause, args.includes('--debug'))}\n`);
  }
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
