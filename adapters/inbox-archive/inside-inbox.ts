import { posix } from 'node:path';

/** A path of the inbox as somebody types it, without what leads nowhere: `..` stops at the inbox. `''` is all of it. */
export const insideInbox = (path: string): string => posix.join('/', path).replace(/\/+$/, '').slice(1);
