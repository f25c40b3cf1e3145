import type { Command } from 'commander';
import type { TableDescription, TableSummary } from '../../core/contracts/table-description.ts';
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
    .description('list the published tables, or tell of one: its columns, what it was made from, and its SQL')
    .addHelpText('after', examples('tables', 'tables customer_360', 'tables domain.web_customers --json'))
    .action(
      action(async ({ client, args: [name], environment }) => {
        const base = `${await environment()}/tables`;
        const tables = await client.all<TableSummary>(base);
        if (name === undefined) return { data: tables, text: listText(tables) };
        const found = tables.find((one) => `${one.schema}.${one.name}` === name || one.name === name);
        if (!found) throw new NotFound(`no table ${JSON.stringify(name)}: \`tributary tables\` lists them`);
        const table = await client.get<TableDescription>(`${base}/${found.schema}/${found.name}`);
        return { data: table, text: tableDescriptionText(table) };
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

function tableDescriptionText(table: TableDescription): string {
  const heading = `${bold(`${table.schema}.${table.name}`)}  ${dim(`${counted(table.rows, 'row')}, by ${table.run_id}`)}`;
  const columns = table.columns.map(({ name, type }) => [name, type]);
  return [
    `${heading}\n${tableText(['column', 'type'], columns)}`,
    ...(table.reads.length > 0 ? [`made from ${table.reads.join(', ')}`] : []),
    ...(table.sql === null ? [] : [table.sql]),
  ].join('\n\n');
}
