import { join } from 'node:path';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { type Document, documentSchemas } from '../../core/contracts/configuration.ts';
import { ident, text } from '../../core/sql/quote.ts';

/** A labelled set as a tenant: a file of each source below a folder, and the documents that load and stitch them. */
export async function labelledTenant(records: string, folder: string) {
  const session = await DuckDbSession.open();
  try {
    const from = `read_parquet(${text(records)})`;
    const columns = await session.rows<{ column_name: string }>('columns', `DESCRIBE SELECT * FROM ${from}`);
    const tags = columns.map(({ column_name }) => column_name).filter((name) => !['datasource', 'pk'].includes(name));
    const found = await session.rows<{ datasource: string }>('sources', `SELECT DISTINCT datasource FROM ${from}`);
    const sources = found.map(({ datasource }) => datasource).sort();
    for (const source of sources) {
      const rows = `SELECT pk, ${tags.map(ident).join(', ')} FROM ${from} WHERE datasource = ${text(source)}`;
      await session.run(source, `COPY (${rows}) TO ${text(join(folder, `${source}.csv`))} (HEADER)`);
    }
    return { sources, documents: documentsOf(sources, tags) };
  } finally {
    session.close();
  }
}

function documentsOf(sources: readonly string[], tags: readonly string[]): Document[] {
  const files = sources.map((name) => ({ name, pattern: `${name}*.csv`, format: { type: 'csv' } }));
  const loads = sources.map((file) => ({ feed: `feed/${file}`, file }));
  const tagged = tags.map((field) => ({
    field,
    ...(field === 'birthdate' && { type: 'Date' as const }),
    semantics: [field.replaceAll('_', '-')],
  }));
  return [
    documentSchemas.tenant.parse({ id: 'tenant/acme', name: 'acme' }),
    documentSchemas.courier.parse({ id: 'courier/set', type: 'folder', settings: { path: 'set' }, files, loads }),
    documentSchemas['courier-group'].parse({ id: 'courier-group/daily', couriers: [{ courier: 'courier/set' }] }),
    ...sources.map((source) =>
      documentSchemas.feed.parse({
        id: `feed/${source}`,
        source,
        name: 'people',
        stitch: true,
        primary_key: ['pk'],
        fields: [{ field: 'pk', required: true }, ...tagged],
      }),
    ),
  ];
}
