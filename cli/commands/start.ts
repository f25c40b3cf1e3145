import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Run } from '../../core/contracts/runs.ts';
import { InvalidInput } from '../../core/errors.ts';
import type { Kept } from '../../core/workflows/keep-schedule.ts';
import { deployment, homeFolder, inboxFolder } from '../../local/home.ts';
import type { OpenedSite } from '../../local/sftp-sites.ts';
import { type GlobalOptions, print } from '../action.ts';
import { Client, openPlatform } from '../client.ts';
import { bold } from '../colours.ts';
import { type DemoOptions, demoStory, prepareDemo } from '../demo.ts';
import { examples } from '../help.ts';
import { interrupted } from '../interrupts.ts';
import { watchRun } from '../live-view.ts';
import { wholeNumber } from '../options.ts';
import { personText } from '../person-text.ts';
import { missedText } from '../schedule-text.ts';
import { hasFailed, runSummary, summaryText } from '../summary.ts';
import { factsText } from '../table-text.ts';

interface StartOptions extends DemoOptions {
  port: number;
  once?: boolean;
}

const standardPort = 8360;
/** What a shell tells of a command that Ctrl-C ended. */
const interruptedCode = 130;

/** `tributary start`, which is `npm start`. */
export function addStart(program: Command): void {
  program
    .command('start')
    .description('run the demo tenant end to end the first time, then serve the API')
    .option('--once', 'end after the run; the exit code tells whether all went well')
    .option('--port <port>', 'port of the API; the next free one when it is taken', wholeNumber, standardPort)
    .option('--people <count>', 'people of the demo data (default: 20000)', wholeNumber)
    .option('--seed <text>', 'another demo: equal seeds give equal files (default: acme)')
    .addHelpText('after', examples('start', 'start --once', 'start --people 1000 --port 9000'))
    .action(async function act(this: Command) {
      await start(this.optsWithGlobals<StartOptions & GlobalOptions>());
    });
}

async function start(options: StartOptions & GlobalOptions): Promise<void> {
  if (deployment()) throw new InvalidInput('start is of this machine, and TRIBUTARY_URL names a deployment: unset it');
  const signal = interrupted();
  const { platform, fetch } = await openPlatform(homeFolder());
  try {
    const { serve } = await import('../../local/server.ts');
    const server = await serve(fetch, options.port);
    try {
      await platform.announce(server.url);
      await showDemo(await Client.over({ platform, fetch }), server.url, options, signal);
      if (options.once) return;
      if (!signal.aborted) await once(signal, 'abort');
      if (!options.json) console.log('\nstopping …');
    } finally {
      await server.close();
    }
  } finally {
    await platform.close();
  }
}

/** Brings the demo to the end of its run, and shows it and what came of it. */
async function showDemo(
  client: Client,
  url: string,
  options: StartOptions & GlobalOptions,
  signal: AbortSignal,
): Promise<void> {
  const say = (line: string) => (options.json ? undefined : console.log(line));
  // The demo's call centre comes by SFTP.
  const sites = (await client.platform?.openSites()) ?? [];
  const { environment, run } = await prepareDemo(client, options, say);
  // Not before: what was interrupted goes on first.
  if (!options.once) {
    for (const kept of (await client.platform?.keepTime()) ?? []) for (const line of keptLines(kept)) say(line);
    for (const site of sites) say(siteText(site));
  }
  const ended = await watchRun(client, environment, run.id, { silent: options.json === true, signal });
  if (signal.aborted) {
    process.exitCode = interruptedCode;
    say('\nstopping: the next start goes on with this run');
    return;
  }
  const summary = await runSummary(client, environment, ended);
  const story = await demoStory(client, environment);
  if (options.once && hasFailed(summary)) process.exitCode = 1;
  const places = placesText(url, ended, options.once === true);
  const parts = [summaryText(summary), ...(story ? [bold('One of them'), personText(story)] : []), places];
  print({ data: { ...summary, person: story ?? null, url }, text: `\n${parts.join('\n\n')}` }, options);
}

const keptLines = ({ courierGroup, started, missed }: Kept): string[] => [
  ...missed.map((slots) => `${courierGroup} missed ${missedText(slots)}`),
  ...(started ? [`${started.run} was started for ${started.slot}`] : []),
];

const siteText = ({ tenant, port, refusal }: OpenedSite): string =>
  refusal === undefined
    ? `${tenant} takes files by SFTP on port ${port} of this machine`
    : `${tenant} takes no files by SFTP: ${refusal}`;

function placesText(url: string, run: Run, once: boolean): string {
  const home = homeFolder();
  const api = [
    ['API', `${url}/api/v0 (described by ${url}/openapi.json)`],
    ['token', join(home, 'token')],
  ] as const;
  return factsText([
    ...(once ? [] : api),
    ['files', `${inboxFolder(home, run.tenant)}: drop yours here, then: npx tributary run`],
    ['data', home],
    ['next', `npx tributary --help${once ? '' : ' in another terminal; Ctrl-C stops this one'}`],
  ]);
}
