import type { Command } from 'commander';
import { type Answer, action, type Invocation } from '../action.ts';
import { green } from '../colours.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import { type Configuration, type Plan, planFolder, problemsText } from '../plan.ts';

type Checked = Pick<Plan, 'documents' | 'errors' | 'warnings'> & { files?: Plan['files'] };

/** `tributary validate [FOLDER]`. */
export function addValidate(program: Command): void {
  program
    .command('validate [folder]')
    .description('check the configuration of an environment, or what it would be with a folder applied')
    .addHelpText('after', examples('validate', 'validate my-tenant/'))
    .action(
      action(async (invocation) => {
        const checked = await check(invocation);
        const { documents, errors, warnings } = checked;
        return { data: { documents: documents.length, errors, warnings }, ...verdict(checked) };
      }),
    );
}

async function check({ client, args: [folder], environment }: Invocation): Promise<Checked> {
  const path = await environment();
  if (folder !== undefined) return planFolder(client, path, folder, false);
  const { documents } = await client.get<Configuration>(`${path}/configuration`);
  const found = await client.post<Pick<Plan, 'errors' | 'warnings'>>(`${path}/configuration/validate`, { documents });
  return { documents, ...found };
}

function verdict(checked: Checked): Pick<Answer, 'text' | 'failed'> {
  const { documents, errors, warnings } = checked;
  const problems = problemsText(checked);
  const sum = `${counted(documents.length, 'document')}, ${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}`;
  const closing = errors.length === 0 ? `${green('✔')} ${sum}` : sum;
  return { text: [problems, closing].filter(Boolean).join('\n'), failed: errors.length > 0 };
}
