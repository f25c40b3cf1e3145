import {
  type AthenaClient,
  GetTableMetadataCommand,
  ListTableMetadataCommand,
  MetadataException,
} from '@aws-sdk/client-athena';
import type { EngineColumn, LakeTable, ListedTable } from '../lake/engine.ts';
import { answered } from './executions.ts';

/** The one catalog of a lake: Glue's. */
const CatalogName = 'AwsDataCatalog';

/** What Athena tells of tables without a statement, which takes a second and one of the account's places; types are Hive's. */
export class AthenaCatalog {
  readonly #client: AthenaClient;

  constructor(client: AthenaClient) {
    this.#client = client;
  }

  async columns({ database: DatabaseName, name: TableName }: LakeTable): Promise<EngineColumn[] | undefined> {
    const command = new GetTableMetadataCommand({ CatalogName, DatabaseName, TableName });
    const asked = { name: `columns of ${TableName}`, sql: '' };
    try {
      const { TableMetadata } = await answered(asked, undefined, () => this.#client.send(command));
      return (TableMetadata?.Columns ?? []).map(({ Name = '', Type = 'string' }) => ({ name: Name, type: Type }));
    } catch (cause) {
      if (isAbsent(cause as Error)) return undefined;
      throw cause;
    }
  }

  async tables(DatabaseName: string): Promise<ListedTable[]> {
    const found: ListedTable[] = [];
    const asked = { name: `tables of ${DatabaseName}`, sql: '' };
    for (let NextToken: string | undefined; ; ) {
      const command = new ListTableMetadataCommand({ CatalogName, DatabaseName, NextToken });
      const page = await answered(asked, undefined, () => this.#client.send(command));
      for (const { Name = '', TableType } of page.TableMetadataList ?? [])
        found.push({ name: Name, isView: TableType === 'VIRTUAL_VIEW' });
      NextToken = page.NextToken;
      if (NextToken === undefined) return found;
    }
  }
}

/** Glue's own answer comes within the text of another. */
const isAbsent = ({ cause }: Error): boolean =>
  cause instanceof MetadataException && cause.message.includes('EntityNotFoundException');
