import { validateDocuments } from '../../core/environments/validate.ts';
import { shopDocuments } from './tenant.ts';

interface Change {
  [field: string]: unknown;
}

/** The shop with changed documents, by id, and more of them. */
export const shop = (changes: Record<string, Change>, ...more: object[]) => [
  ...shopDocuments.map((document) => ({ ...document, ...changes[document.id] })),
  ...more,
];
/** What is wrong with documents, a line each. */
export const errors = (documents: unknown[]) =>
  validateDocuments(documents).errors.map(({ id, path, message }) => `${id} ${path}: ${message}`);
