import type { Command } from 'commander';
import type { Document } from '../../core/contracts/configuration.ts';
import type { Query } from '../../core/contracts/customer360.ts';
import type { QueryAnswer } from '../../core/contracts/query-answer.ts';
import { action } from '../action.ts';
import { askQuery, progressLine, statementOf } from '../ask-query.ts';
import { dim } from '../colours.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import { interrupted } from '../interrupts.ts';
import { wholeNumber } from '../options.ts';
import { recordsText, tableText, widestLine } from '../table-text.ts';

interface Listing {
  documents: Document[];
}

/** `tributary query SQL`. */
export function addQuery(program: Command): void {
  program
    .command('query [sql]')
    .description('run one Trino SELECT over the published tables, or a saved query; without either, list those')
    .option('--limit <rows>', 'rows at most', wholeNumber, 100)
    .addHelpText(
      'after',
      examples(
        'query "SELECT purchase_channel, COUNT(*) AS orders FROM unified_transactions GROUP BY 1"',
        'query "SELECT * FROM merged_customers" --limit 5 --json',
        'query query/cluster-sizes',
      ),
    )
    .action(
      action<{ limit: number }>(async ({ client, options, args: [sql], environment }) => {
        const base = await environment();
        if (sql === undefined) return savedQueries(await client.get<Listing>(`${base}/configuration`));
        const answer = await askQuery(
          client,
          base,
          { ...statementOf(sql), limit: options.limit },
          { told: progressLine, until: interrupted() },
        );
        return { data: answer, text: resultText(answer) };
      }),
    );
}

function savedQueries({ documents }: Listing) {
  const queries = documents.filter((document): document is Query => document.id.startsWith('query/'));
  const rows = queries
    .map(({ id, name, folder }) => [folder, id, name])
    .sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
  return { data: queries, text: tableText(['folder', 'query', 'answers'], rows) };
}

function resultText({ columns = [], rows = [], truncated }: QueryAnswer): string {
  const heads = columns.map(({ name }) => name);
  const table = tableText(heads, rows);
  // A table that wraps can't be read; where the width is unknown a program may be reading, line by line.
  const fits = !process.stdout.isTTY || widestLine(table) <= process.stdout.columns;
  const more = truncated ? `the first ${counted(rows.length, 'row')}: --limit shows more` : counted(rows.length, 'row');
  return `${fits ? table : recordsText(heads, rows)}\n${dim(more)}`;
}
