import { databaseName, type Place } from '../../../core/contracts/deployment.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { tidyStatements } from './athena-ddl.ts';
import { LoadLedger } from './loads.ts';

/** The statements that tidy one table, the second after the first. */
export interface Tidying {
  table: string;
  optimize: string;
  vacuum: string;
}

/**
 * How the domain tables of a place are tidied: those that hold a load, each load having added files to them. Built tables need
 * no tidying, since each is written whole.
 */
export async function tidyings(objects: ObjectStore, place: Pick<Place, 'workgroup'>): Promise<Tidying[]> {
  const tables = await objects.folders('tables/domain/');
  const loads = await Promise.all(tables.map((table) => new LoadLedger(objects, table).loads()));
  const database = databaseName(place, 'domain');
  return tables
    .filter((_, n) => (loads[n]?.last ?? 0) > 0)
    .map((table) => ({ table, ...tidyStatements({ database, name: table }) }));
}
