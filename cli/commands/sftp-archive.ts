import type { Command } from 'commander';
import type { ArchivedFile } from '../../core/contracts/sftp.ts';
import { NotFound } from '../../core/errors.ts';
import { action } from '../action.ts';
import { bytes, counted } from '../figures.ts';
import { examples } from '../help.ts';
import { tableText } from '../table-text.ts';

/** `tributary sftp archive list|restore`. */
export function addSftpArchive(sftp: Command): void {
  const archive = sftp
    .command('archive')
    .description('files of the inbox that are older than 30 days')
    .addHelpText('after', examples('sftp archive list', 'sftp archive restore shop/2026-10-01'));
  archive
    .command('list [path]', { isDefault: true })
    .description('those of a folder of the inbox, or all')
    .addHelpText('after', examples('sftp archive list', 'sftp archive list shop'))
    .action(
      action(async ({ client, args: [path], environment }) => {
        const files = await client.all<ArchivedFile>(`${await environment()}/sftp/archive`, { path });
        const rows = files.map((file) => [file.path, bytes(file.bytes), file.modified.slice(0, 10)]);
        return {
          data: files,
          text: rows.length === 0 ? 'nothing is archived' : tableText(['file', 'size', 'of'], rows),
        };
      }),
    );
  archive
    .command('restore <path>')
    .description('take a file, or all of a folder, out of the archive for another 30 days')
    .addHelpText('after', examples('sftp archive restore shop/orders.csv', 'sftp archive restore shop'))
    .action(
      action(async ({ client, args: [path = ''], environment }) => {
        const route = `${await environment()}/sftp/archive`;
        const files = await client.all<ArchivedFile>(route, { path });
        if (files.length === 0) {
          const advice = '`tributary sftp archive list` shows those that are';
          throw new NotFound(`nothing of ${JSON.stringify(path)} is archived: ${advice}`);
        }
        for (const file of files) await client.post(`${route}/restoration`, { path: file.path });
        return { data: files, text: `restored ${counted(files.length, 'file')}` };
      }),
    );
}
