import { RESULT_ROWS } from '../contracts/query-answer.ts';
import type { SftpDelivery } from '../contracts/sftp.ts';
import { InvalidInput } from '../errors.ts';
import type { ObjectStore, SftpSite } from '../ports.ts';
import { mustHaveSucceeded } from '../queries/results.ts';
import type { Queries } from '../sql/port.ts';
import { getUser } from './users.ts';

interface DeliveryHome {
  objects: ObjectStore;
  queries: Queries;
  site: SftpSite;
}

/** Puts the whole result of a query into a user's folder of the SFTP site. A part of one is never delivered. */
export async function deliverResult(
  { objects, queries, site }: DeliveryHome,
  { name, queryId, path }: { name: string; queryId: string; path: string },
): Promise<SftpDelivery> {
  const user = await getUser(objects, name);
  await mustHaveSucceeded(queries, queryId);
  const { key, bytes, rows, isCut } = await queries.csv(queryId);
  if (isCut) {
    throw new InvalidInput(
      `the result of query ${queryId} is cut at ${RESULT_ROWS} rows, and a part of it is not delivered: ask for fewer rows; in AWS a LIMIT of the query's own may be larger`,
    );
  }
  await site.deliver(key, user, path);
  return { user: user.name, path: `/${path}`, bytes, ...(rows !== undefined && { rows }) };
}
