import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../paths.ts';

const sdk = 'node_modules/@polyglot-sql/sdk';
/** What `layered-parser.ts` loads. */
const loaded = ['package.json', 'LICENSE', 'dist/index.cjs', 'dist/polyglot_sql.wasm'];

/** Lays the parser of SQL out as a layer, where Node finds it by its name. */
export function copySqlParser(output: string): void {
  for (const file of loaded) cpSync(projectPath(`${sdk}/${file}`), join(output, 'nodejs', sdk, file));
}
