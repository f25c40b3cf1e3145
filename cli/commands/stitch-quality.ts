import type { Command } from 'commander';
import type { BenchmarkPeople, GateVerdict, MeasuredRuns } from '../../core/contracts/stitch-quality.ts';
import { action } from '../action.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../options.ts';
import { benchmarkPeopleText, measuredRunsText, verdictText } from '../quality-text.ts';

/** `tributary stitch benchmarks|gate`. */
export function addStitchQuality(stitch: Command): void {
  addBenchmarks(stitch);
  addGate(stitch);
}

interface BenchmarkOptions {
  runs: number;
  examples?: string;
  run?: string;
}

function addBenchmarks(stitch: Command): void {
  stitch
    .command('benchmarks')
    .description('how right the last runs are: benchmarks, and precision and recall from answers, side by side')
    .option('--runs <n>', 'runs to show, the newest first', wholeNumber, 5)
    .option('--examples <benchmark>', 'show some of the people that this benchmark counts')
    .option('--run <id>', 'with --examples: the run that drew them (default: the newest)')
    .addHelpText('after', examples('stitch benchmarks', 'stitch benchmarks --examples many-surnames'))
    .action(
      action<BenchmarkOptions>(async ({ client, environment, options }) => {
        const path = `${await environment()}/stitch/benchmarks`;
        if (options.examples !== undefined) {
          const drawn = `${path}/${encodeURIComponent(options.examples)}/examples`;
          const people = await client.get<BenchmarkPeople>(drawn, { run_id: options.run });
          return { data: people, text: benchmarkPeopleText(people) };
        }
        const measured = await client.get<MeasuredRuns>(path, { runs: options.runs });
        return { data: measured, text: measuredRunsText(measured) };
      }),
    );
}

interface GateOptions {
  run?: string;
  against?: string;
  againstRun?: string;
}

function addGate(stitch: Command): void {
  stitch
    .command('gate')
    .description('whether a run may take the place of the one before it; ends with 1 when it is held')
    .option('--run <id>', 'run to judge (default: the newest)')
    .option('--against <environment>', 'compare with the newest run of this environment, by its limits')
    .option('--against-run <id>', 'compare with this run (default: the one before)')
    .addHelpText('after', examples('stitch gate', 'stitch gate --environment sandbox-1 --against production'))
    .addHelpText('after', '\nLimits are `gate` of the Stitch settings: see docs/stitch.md.')
    .action(
      action<GateOptions>(async ({ client, environment, options: { run, against, againstRun } }) => {
        const query = { run_id: run, against, against_run_id: againstRun };
        const verdict = await client.get<GateVerdict>(`${await environment()}/stitch/gate`, query);
        return { data: verdict, text: verdictText(verdict), failed: verdict.verdict === 'hold' };
      }),
    );
}
