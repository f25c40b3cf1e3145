import type { Command } from 'commander';
import type { TableSummary } from '../../core/contracts/table-description.ts';
import { NotFound } from '../../core/errors.ts';
import { action } from '../action.ts';
import { bold, dim } from '../colours.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import { tableText } from '../table-text.ts';

/** `tributary tables [NAME]`. */
export function addTables(program: Command): void {
  program
    .command('tables [name]')
    .description('list the published tables, or the columns of one')
    .addHelpText('after', examples('tables', 'tables customer_360', 'tables domain.web_customers --json'))
    .action(
      action(async ({ client, args: [name], environment }) => {
        const tables = await client.all<TableSummary>(`${await environment()}/tables`);
        if (name === undefined) return { data: tables, text: listText(tables) };
        const table = tables.find((one) => `${one.schema}.${one.name}` === name || one.name === name);
        if (!table) throw new NotFound(`no table ${JSON.stringify(name)}: \`tributary tables\` lists them`);
        return { data: table, text: columnsText(table) };
      }),
    );
}

function listText(tables: readonly TableSummary[]): string {
  if (tables.length === 0) return 'no tables yet: `tributary run` makes them';
  const rows = tables.map(({ schema, name, rows, columns, built_at }) => [
    schema,
    name,
    rows,
    columns.length,
    built_at.slice(0, 19).replace('T', ' '),
  ]);
  return tableText(['schema', 'table', 'rows', 'columns', 'built at (UTC)'], rows);
}

function columnsText(table: TableSummary): string {
  const heading = `${bold(`${table.schema}.${table.name}`)}  ${dim(`${counted(table.rows, 'row')}, by ${table.run_id}`)}`;
  return `${heading}\n${tableText(
    ['column', 'type'],
    table.columns.map(({ name, type }) => [name, type]),
  )}`;
}
