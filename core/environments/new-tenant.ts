import type { Document } from '../contracts/configuration.ts';
import { customer360Tables } from '../customer360/templates/index.ts';
import { parseDocument } from './documents.ts';

/** What a new tenant is called, and who looks after it. */
export interface NewTenant {
  name: string;
  amp_iq: boolean;
  administrator_email?: string | undefined;
}

/**
 * The documents of an empty tenant: no sources and no destinations, with Stitch and the Customer 360 ready for the first
 * feed, and its first administrator.
 */
export function startingDocuments(tenant: NewTenant): Document[] {
  const administrator = {
    id: 'user/administrator',
    email: tenant.administrator_email,
    policies: ['DataGrid Administrator'],
  };
  const tables = customer360Tables({ hasTransactions: false, hasEmailConsent: false, hasSmsConsent: false });
  return [
    { id: `tenant/${tenant.name}`, name: tenant.name, amp_iq: tenant.amp_iq },
    { id: 'stitch/default' },
    { id: 'merge-policy/default', sources: [] },
    ...tables,
    ...(tenant.administrator_email === undefined ? [] : [administrator]),
  ].map((document) => parseDocument(document));
}
