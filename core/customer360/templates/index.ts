import type { DatabaseTable } from '../../contracts/customer360.ts';
import { customer360 } from './customer-360.ts';
import { mergedCustomers } from './merged-customers.ts';

/** What of a tenant's tags decides which tables its Customer 360 starts with. */
export interface TemplateOptions {
  hasTransactions: boolean;
  hasEmailConsent: boolean;
  hasSmsConsent: boolean;
}

/** The tables of the Customer 360 database that a tenant starts with, as documents that it can change. */
export function customer360Tables(_options: TemplateOptions): DatabaseTable[] {
  return [mergedCustomers, customer360];
}
