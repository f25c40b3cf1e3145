import type { Command } from 'commander';
import type { ConfigurationVersion } from '../../core/contracts/configuration.ts';
import { InvalidInput } from '../../core/errors.ts';
import { action } from '../action.ts';
import type { Client } from '../client.ts';
import { examples } from '../help.ts';
import { type Plan, planData, planFolder, planText, problemsText } from '../plan.ts';

/** `tributary apply FOLDER`. */
export function addApply(program: Command): void {
  program
    .command('apply <folder>')
    .description('make a folder of YAML documents the configuration of an environment')
    .option('-m, --message <text>', 'what the change is for', 'Apply a folder of documents')
    .option('--prune', 'remove the documents that the folder lacks', false)
    .addHelpText('after', examples('apply my-tenant/ -m "Read the stores of Ohio"', 'apply samples/acme --tenant acme'))
    .action(
      action<{ prune: boolean; message: string }>(async ({ client, options, args: [folder = '.'], environment }) => {
        const path = await environment();
        const plan = await planFolder(client, path, folder, options.prune);
        const version = await applyPlan(client, path, plan, options.message);
        return {
          data: { ...planData(plan), version: version.id },
          text: `${planText(plan)}\nversion ${version.id.slice(0, 12)}`,
        };
      }),
    );
}

/** Commits a plan on the version that it was made on. `InvalidInput` names every problem and its file. */
export async function applyPlan(
  client: Client,
  environment: string,
  plan: Plan,
  message: string,
): Promise<ConfigurationVersion> {
  if (plan.errors.length > 0) {
    throw new InvalidInput(`nothing was applied:\n${problemsText({ ...plan, warnings: [] })}`);
  }
  const { documents, head } = plan;
  const body = { documents, message, parent: head.version?.id ?? null };
  return (await client.put<{ version: ConfigurationVersion }>(`${environment}/configuration`, body)).version;
}
