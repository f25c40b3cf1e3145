import type { Command } from 'commander';
import type { Run } from '../../core/contracts/runs.ts';
import type { ListedModel, ShownModel } from '../../core/contracts/stitch-models.ts';
import { InvalidInput } from '../../core/errors.ts';
import { action } from '../action.ts';
import { examples } from '../help.ts';
import { watchRun } from '../live-view.ts';
import { modelsText, modelText } from '../models-text.ts';
import { runSummary, summaryText } from '../summary.ts';

/** `tributary stitch retrain|models|try-model|accept-model|discard-model`. */
export function addStitchModels(stitch: Command): void {
  addRetrain(stitch);
  addModels(stitch);
  addTry(stitch);
  addDecision(stitch, 'accept', 'make a candidate the model of the next run', 'Names are weighed better');
  addDecision(stitch, 'discard', 'give a candidate up; it stays in the list', 'It parts too many people');
}

function addRetrain(stitch: Command): void {
  stitch
    .command('retrain')
    .description('train a model on the present records and show what it would change; nothing is published by it')
    .option('--no-wait', 'start the run, and return')
    .addHelpText('after', examples('stitch retrain', 'stitch retrain --json'))
    .action(trial(() => 'stitch/models'));
}

function addTry(stitch: Command): void {
  stitch
    .command('try-model <id>')
    .description(
      'try an earlier model on the present records and show what it would change, as retrain does with a new one',
    )
    .option('--no-wait', 'start the run, and return')
    .addHelpText('after', examples('stitch try-model run-20261123-101530-07b4f2a1c3'))
    .action(trial(([id = '']) => `stitch/models/${encodeURIComponent(id)}/try`));
}

/** Starts the run that a route starts, and shows the candidate that came of it. */
const trial = (route: (args: readonly string[]) => string) =>
  action<{ wait: boolean }>(async ({ client, options, args, environment }) => {
    const path = await environment();
    if (!options.wait && client.platform)
      throw new InvalidInput('--no-wait needs a server that does the run: `tributary start` is one');
    await client.platform?.recover();
    const started = await client.post<Run>(`${path}/${route(args)}`, {});
    if (!options.wait) return { data: started, text: started.id };
    const run = await watchRun(client, path, started.id, { silent: options.json === true });
    if (run.state !== 'succeeded')
      return { data: run, text: `\n${summaryText(await runSummary(client, path, run))}`, failed: true };
    const model = await client.get<ShownModel>(`${path}/stitch/models/${run.id}`);
    return { data: model, text: modelText(model) };
  });

function addModels(stitch: Command): void {
  stitch
    .command('models [id]')
    .description('every model that was trained, with who accepted which and why; or one, with what it would change')
    .addHelpText('after', examples('stitch models', 'stitch models run-20261123-101530-07b4f2a1c3'))
    .action(
      action(async ({ client, args: [id], environment }) => {
        const path = `${await environment()}/stitch/models`;
        if (id !== undefined) {
          const model = await client.get<ShownModel>(`${path}/${encodeURIComponent(id)}`);
          return { data: model, text: modelText(model) };
        }
        const { data } = await client.get<{ data: ListedModel[] }>(path);
        return { data, text: modelsText(data) };
      }),
    );
}

function addDecision(stitch: Command, verb: 'accept' | 'discard', description: string, reason: string): void {
  stitch
    .command(`${verb}-model <id>`)
    .description(description)
    .requiredOption('--reason <text>', 'why, for those who come after')
    .addHelpText('after', examples(`stitch ${verb}-model run-20261123-101530-07b4f2a1c3 --reason "${reason}"`))
    .action(
      action<{ reason: string }>(async ({ client, options: { reason }, args: [id = ''], environment }) => {
        const path = `${await environment()}/stitch/models/${encodeURIComponent(id)}/${verb}`;
        const model = await client.post<ShownModel>(path, { reason });
        const next = verb === 'accept' ? 'the next run that stitches goes by it: tributary run' : 'it is discarded';
        return { data: model, text: `${model.id}: ${next}` };
      }),
    );
}
