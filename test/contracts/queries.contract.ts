import { InProcessQueries } from '../../adapters/queries/in-process.ts';
import { openDuckDb } from '../support/warehouse.ts';
import { queriesContract } from './queries.ts';

queriesContract('a DuckDB file', async () => {
  const { warehouse, objects } = await openDuckDb();
  return { queries: new InProcessQueries({ warehouse, objects }), close: () => warehouse.close() };
});
