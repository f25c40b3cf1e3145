import { fileURLToPath } from 'node:url';

/** A file of the project by its path from the top, wherever the command was given. */
export const projectPath = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
