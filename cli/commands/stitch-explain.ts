import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { MatchExplanation } from '../../core/contracts/explanation.ts';
import { InvalidInput } from '../../core/errors.ts';
import { explanationHtml } from '../../core/stitch/explanation/html.ts';
import { action } from '../action.ts';
import { explanationText } from '../explanation-text.ts';
import { examples } from '../help.ts';
import { recordKey } from '../record-key.ts';

interface ExplainOptions {
  not?: boolean;
  html?: string;
}

/** `tributary stitch explain A B`. */
export function addStitchExplain(stitch: Command): void {
  stitch
    .command('explain <record> <other>')
    .description('why two records are one person, hop by hop, and what would part them; a record is its table and key')
    .option('--not', 'why they are apart instead, and what would join them')
    .option('--html <file>', 'also write it as a page')
    .addHelpText(
      'after',
      examples(
        'stitch explain web_customers/17 crm_people/4711',
        'stitch explain --not web_customers/17 crm_people/4712',
        'stitch explain web_customers/17 crm_people/4711 --html why.html',
      ),
    )
    .action(
      action<ExplainOptions>(async ({ client, options, args: [record = '', other = ''], environment }) => {
        const [one, two] = [recordKey(record), recordKey(other)];
        const not = options.not === true;
        const query = { datasource1: one.datasource, pk1: one.pk, datasource2: two.datasource, pk2: two.pk };
        const asked = not ? { ...query, not: 'true' } : query;
        const found = await client.get<MatchExplanation>(`${await environment()}/stitch/explain`, asked);
        if (options.html !== undefined) await write(options.html, explanationHtml(found));
        const text = explanationText(found);
        return { data: found, text: options.html === undefined ? text : `${text}\n\nwritten to ${options.html}` };
      }),
    );
}

async function write(file: string, page: string): Promise<void> {
  await writeFile(file, page).catch((cause: Error) => {
    throw new InvalidInput(`${file} can't be written: ${cause.message}`, { cause });
  });
}
