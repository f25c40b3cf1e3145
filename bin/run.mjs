import { runTypeScript } from './bootstrap.mjs';

// Runs a TypeScript module of the project, such as bench/main.ts, with the arguments after its name.
const [path] = process.argv.splice(2, 1);
await runTypeScript(path);
