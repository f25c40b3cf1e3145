// First: it teaches zod to describe schemas, and only those that are made after it.
import '@hono/zod-openapi';
import { runProgram } from './program.ts';

await runProgram(process.argv.slice(2));
