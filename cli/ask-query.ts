import type { QueryAnswer } from '../core/contracts/query-answer.ts';
import { errorNamed, RunStopped } from '../core/errors.ts';
import type { Client } from './client.ts';
import { duration } from './figures.ts';

/** Seconds that an answer may wait: how often a line on a terminal moves on. */
const LOOK_SECONDS = 2;

/** What is asked: SQL, or a saved query's document. */
type Asked = ({ sql: string } | { query: string }) & { limit: number };

/** What somebody types for a query: SQL, or the id of a saved one. */
export const statementOf = (text: string): { sql: string } | { query: string } =>
  text.startsWith('query/') ? { query: text } : { sql: text };

/**
 * Asks a query and follows it to its end; `told` hears that it is still under way, and `until` cancels it: nobody would wait for
 * its end. What failed is thrown as the API's error.
 */
export async function askQuery(
  client: Client,
  environment: string,
  asked: Asked,
  { told = () => undefined, until }: { told?: (line: string) => void; until?: AbortSignal } = {},
): Promise<QueryAnswer> {
  const path = `${environment}/queries`;
  const began = Date.now();
  let answer = await client.post<QueryAnswer>(path, { ...asked, wait_seconds: LOOK_SECONDS });
  while (answer.state === 'queued' || answer.state === 'running') {
    told(`${answer.state} for ${duration(Date.now() - began)}`);
    const query = `${path}/${answer.id}`;
    answer = until?.aborted
      ? await client.delete(query)
      : await client.get(query, { limit: asked.limit, wait_seconds: LOOK_SECONDS });
  }
  told('');
  const { error, id, name, state } = answer;
  if (error) throw errorNamed(error.name, error.message, { sql: error.sql, query_id: error.query_id });
  if (state === 'cancelled') throw new RunStopped(`${name} was cancelled (query ${id})`);
  return answer;
}

/** Shows one line of progress on a terminal, over the one before; nothing elsewhere. */
export function progressLine(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[0K${line}`);
}
