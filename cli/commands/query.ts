import type { Command } from 'commander';
import type { Column } from '../../core/contracts/types.ts';
import { action } from '../action.ts';
import { dim } from '../colours.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../options.ts';
import { recordsText, tableText, widestLine } from '../table-text.ts';

interface QueryResult {
  columns: Column[];
  rows: unknown[][];
  truncated: boolean;
}

/** `tributary query SQL`. */
export function addQuery(program: Command): void {
  program
    .command('query <sql>')
    .description('run one Trino SELECT over the published tables')
    .option('--limit <rows>', 'rows at most', wholeNumber, 100)
    .addHelpText(
      'after',
      examples(
        'query "SELECT purchase_channel, COUNT(*) AS orders FROM unified_transactions GROUP BY 1"',
        'query "SELECT * FROM merged_customers" --limit 5 --json',
      ),
    )
    .action(
      action<{ limit: number }>(async ({ client, options, args: [sql], environment }) => {
        const result = await client.post<QueryResult>(`${await environment()}/queries`, { sql, limit: options.limit });
        return { data: result, text: resultText(result) };
      }),
    );
}

function resultText({ columns, rows, truncated }: QueryResult): string {
  const heads = columns.map(({ name }) => name);
  const table = tableText(heads, rows);
  // A table that wraps can't be read; where the width is unknown a program may be reading, line by line.
  const fits = !process.stdout.isTTY || widestLine(table) <= process.stdout.columns;
  const more = truncated ? `the first ${counted(rows.length, 'row')}: --limit shows more` : counted(rows.length, 'row');
  return `${fits ? table : recordsText(heads, rows)}\n${dim(more)}`;
}
