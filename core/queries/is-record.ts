import type { RecordKey } from '../contracts/record-key.ts';
import { text } from '../sql/quote.ts';

/** SQL that is true of the rows of some records; `alias` is the table's. */
export const isRecord = (alias: string, keys: readonly RecordKey[]): string =>
  keys
    .map(({ datasource, pk }) => `(${alias}.datasource = ${text(datasource)} AND ${alias}.pk = ${text(pk)})`)
    .join(' OR ');
