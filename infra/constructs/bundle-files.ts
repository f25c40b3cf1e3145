import { projectPath } from '../paths.ts';
import type { StageConfig } from '../stage-config.ts';

/** Command that lays the parser of SQL beside a bundle that loads it, and does nothing for the others. */
export const copySqlModule = (outputFolder: string): string => {
  const bundle = `${outputFolder}/index.mjs`;
  const wasm = projectPath('node_modules/@polyglot-sql/sdk/dist/polyglot_sql.wasm');
  return `if grep -q polyglot_sql.wasm "${bundle}"; then cp "${wasm}" "${outputFolder}"; fi`;
};

/** Command that lays DuckDB and its native binding beside a bundle. */
export const copyDuckdb = (outputFolder: string, architecture: StageConfig['architecture']): string =>
  `node "${projectPath('infra/bundling/duckdb.mjs')}" "${outputFolder}" ${architecture === 'arm64' ? 'arm64' : 'x64'}`;
