import type { Command } from 'commander';
import { action } from '../action.ts';
import { yellow } from '../colours.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import type { Configuration } from '../plan.ts';

/** `tributary export FOLDER`. */
export function addExport(program: Command): void {
  program
    .command('export <folder>')
    .description("write an environment's configuration as a folder of YAML documents")
    .addHelpText('after', examples('export my-tenant/', 'export backup/ --tenant acme'))
    .action(
      action(async ({ client, args: [folder = '.'], environment }) => {
        const { documents } = await client.get<Configuration>(`${await environment()}/configuration`);
        const { writeDocuments } = await import('../documents-folder.ts');
        const { written, others } = await writeDocuments(folder, documents);
        const same = documents.length - written.length;
        const lines = [
          `${counted(documents.length, 'document')} in ${folder}: ${written.length} written, ${same} there already`,
          ...others.map(
            (file) => `${yellow('warning')} ${file} describes a document that the environment doesn't have`,
          ),
        ];
        return { data: { folder, documents: documents.length, written, others }, text: lines.join('\n') };
      }),
    );
}
