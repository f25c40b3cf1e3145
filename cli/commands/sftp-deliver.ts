import type { Command } from 'commander';
import type { SftpDelivery } from '../../core/contracts/sftp.ts';
import { action } from '../action.ts';
import { askQuery, progressLine, statementOf } from '../ask-query.ts';
import { bytes, counted } from '../figures.ts';
import { examples } from '../help.ts';
import { interrupted } from '../interrupts.ts';

/** `tributary sftp deliver USER QUERY PATH`. */
export function addSftpDeliver(sftp: Command): void {
  sftp
    .command('deliver <user> <query> <path>')
    .description(
      "run a query, SQL or a saved one, and put its whole result as CSV into a user's folder, in place of a file of that path",
    )
    .addHelpText(
      'after',
      examples(
        'sftp deliver shop query/cluster-sizes reports/cluster-sizes.csv',
        'sftp deliver shop "SELECT amp_id, email FROM merged_customers" for-you/people.csv --json',
      ),
    )
    .action(
      action(async ({ client, args: [user = '', query = '', path], environment }) => {
        const base = await environment();
        // The file has the rows: none are needed here.
        const { id } = await askQuery(
          client,
          base,
          { ...statementOf(query), limit: 1 },
          { told: progressLine, until: interrupted() },
        );
        const body = { query_id: id, path };
        const delivery = await client.post<SftpDelivery>(`${base}/sftp/users/${user}/deliveries`, body);
        return { data: delivery, text: deliveryText(delivery) };
      }),
    );
}

function deliveryText({ user, path, rows, bytes: size }: SftpDelivery): string {
  const what = rows === undefined ? bytes(size) : `${counted(rows, 'row')}, ${bytes(size)}`;
  return `delivered ${what}: ${user} finds it at ${path}`;
}
