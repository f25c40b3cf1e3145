import type { Command } from 'commander';
import { action } from '../action.ts';
import { examples } from '../help.ts';
import { planData, planFolder, planText } from '../plan.ts';

/** `tributary plan FOLDER`. */
export function addPlan(program: Command): void {
  program
    .command('plan <folder>')
    .description('show what applying a folder of YAML documents would change')
    .option('--prune', 'count documents that the folder lacks as removed', false)
    .addHelpText('after', examples('plan my-tenant/', 'plan samples/acme --tenant acme --prune'))
    .action(
      action<{ prune: boolean }>(async ({ client, options, args: [folder = '.'], environment }) => {
        const plan = await planFolder(client, await environment(), folder, options.prune);
        return { data: planData(plan), text: planText(plan), failed: plan.errors.length > 0 };
      }),
    );
}
