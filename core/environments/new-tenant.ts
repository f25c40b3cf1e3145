import type { Document } from '../contracts/configuration.ts';
import { startingQueries } from '../queries/starting-queries.ts';
import { parseDocument } from './documents.ts';

/** What a new tenant is called, and who looks after it. */
export interface NewTenant {
  name: string;
  amp_iq: boolean;
  administrator_email?: string | undefined;
}

/**
 * The documents of an empty tenant: no sources and no destinations, its first administrator, and queries that check what
 * comes. The standard tables of the Customer 360 need no documents: they are there as soon as the tags that they are made
 * of are.
 */
export function startingDocuments(tenant: NewTenant): Document[] {
  const administrator = {
    id: 'user/administrator',
    email: tenant.administrator_email,
    policies: ['DataGrid Administrator'],
  };
  return [
    { id: `tenant/${tenant.name}`, name: tenant.name, amp_iq: tenant.amp_iq },
    { id: 'stitch/default' },
    { id: 'merge-policy/default', sources: [] },
    ...startingQueries,
    ...(tenant.administrator_email === undefined ? [] : [administrator]),
  ].map((document) => parseDocument(document));
}
