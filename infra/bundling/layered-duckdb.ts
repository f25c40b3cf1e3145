import { createRequire } from 'node:module';

// Stands for DuckDB in a bundle. Lambda tells Node where its layers are by NODE_PATH, which `import` doesn't read.
const api = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

export const { blobValue, DuckDBBlobVector, DuckDBDataChunk, DuckDBInstance, DuckDBIntegerVector, INTEGER } = api;
