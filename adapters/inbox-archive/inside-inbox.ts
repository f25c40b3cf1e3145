import { posix } from 'node:path';
import { NotFound } from '../../core/errors.ts';

/** A path of the inbox as somebody types it, without what leads nowhere: `..` stops at the inbox. `''` is all of it. */
export const insideInbox = (path: string): string => posix.join('/', path).replace(/\/+$/, '').slice(1);

export const notArchived = (path: string): NotFound =>
  new NotFound(`no file ${JSON.stringify(path)} is archived: \`tributary sftp archive list\` shows those that are`);
