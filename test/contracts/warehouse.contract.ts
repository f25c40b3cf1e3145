import { openDuckDb } from '../support/warehouse.ts';
import { warehouseContract } from './warehouse.ts';
import { warehouseValuesContract } from './warehouse-values.ts';
import { warehouseVersionsContract } from './warehouse-versions.ts';

warehouseContract('a DuckDB file', openDuckDb);
warehouseVersionsContract('a DuckDB file', openDuckDb);
warehouseValuesContract('a DuckDB file', openDuckDb);
