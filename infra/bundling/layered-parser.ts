import { createRequire } from 'node:module';

// Stands for the parser of SQL in a bundle. Lambda tells Node where its layers are by NODE_PATH, which `import` doesn't read.
const sdk = createRequire(import.meta.url)('@polyglot-sql/sdk') as typeof import('@polyglot-sql/sdk');
await sdk.init();

export const { analyzeQuery, parse, tokenize, validateWithSchema } = sdk;
