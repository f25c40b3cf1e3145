import { openDuckDb } from '../support/warehouse.ts';
import { warehouseContract } from './warehouse.ts';
import { warehouseVersionsContract } from './warehouse-versions.ts';

warehouseContract('a DuckDB file', openDuckDb);
warehouseVersionsContract('a DuckDB file', openDuckDb);
