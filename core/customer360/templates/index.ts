import type { DatabaseTable } from '../../contracts/customer360.ts';
import { customer360 } from './customer-360.ts';
import { type ConsentTables, customerAttributes } from './customer-attributes.ts';
import { mergedCustomers } from './merged-customers.ts';
import { householdMembers, mergedHouseholds } from './merged-households.ts';
import { transactionAttributes } from './transaction-attributes.ts';
import { transactionAttributesExtended, transactionDeciles } from './transaction-attributes-extended.ts';

/** What of a tenant's tags decides which tables its Customer 360 starts with. */
export interface TemplateOptions extends ConsentTables {
  hasTransactions: boolean;
}

/** The tables of the Customer 360 database that a tenant starts with, as documents that it can change; each after those it reads. */
export function customer360Tables({ hasTransactions, ...consents }: TemplateOptions): DatabaseTable[] {
  const people = [mergedCustomers, householdMembers, mergedHouseholds];
  if (!hasTransactions) return [...people, customer360];
  return [
    ...people,
    transactionAttributes,
    transactionDeciles,
    transactionAttributesExtended,
    customerAttributes(consents),
    customer360,
  ];
}
