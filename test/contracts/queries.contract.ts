import { InProcessQueries } from '../../adapters/queries/in-process.ts';
import { openDuckDb } from '../support/warehouse.ts';
import { queriesContract } from './queries.ts';

queriesContract('a DuckDB file', async () => {
  const { warehouse, objects } = await openDuckDb();
  const queries = new InProcessQueries({ warehouse, objects });
  const close = async () => {
    await queries.close();
    await warehouse.close();
  };
  return { queries, objects, close };
});
