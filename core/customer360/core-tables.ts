import type { MergePolicy } from '../contracts/customer360.ts';
import {
  emailEventsSql,
  emailOptStatusSql,
  fiscalCalendarSql,
  loyaltyEventsSql,
  loyaltySql,
  productCatalogSql,
  smsOptStatusSql,
} from './behaviours.ts';
import { keyOptions, stitchForeignKeys } from './foreign-keys.ts';
import { itemizedTransactionsSql, orderOwnersSql } from './itemized-transactions.ts';
import { mergePolicySql } from './merge-policy.ts';
import type { Renewal } from './renewal.ts';
import { type TaggedTable, tablesTagged } from './tagged-tables.ts';
import { orderKeys, touchedLines, touchedOrders } from './touched-orders.ts';
import { unifiedCoalescedRenewal, unifiedCoalescedSql, unifiedCustomerSql } from './unified-records.ts';
import { unifiedTransactionsSql } from './unified-transactions.ts';

/** A table of `customer360` that is generated from the tagged tables. */
export interface CoreTable {
  name: string;
  description: string;
  sql: string;
  /** Rows depend only on input rows with the same values in these columns, so that few can be made anew. */
  incremental_by?: readonly string[];
  /** How few rows are made anew, where it isn't so plain. */
  renewal?: Renewal;
  /** Cheap to compute from its inputs, so that it needn't be stored. */
  view?: true;
  /** The table is all of this other one. */
  copy_of?: string;
}

export interface CoreTableOptions {
  mergePolicy: Pick<MergePolicy, 'sources'>;
  /** Currency of amounts whose rows tell none: the tenant's. */
  currency: string;
  /** Tags of foreign keys that are compared as they are written (`fk-loyalty`): `case_sensitive_fks` of the Stitch settings. */
  caseSensitiveKeys?: readonly string[];
}

/** The core tables that the tags allow, each after those it reads. */
export function coreTables(tables: readonly TaggedTable[], options: CoreTableOptions): CoreTable[] {
  const hasPeople = tables.some((table) => table.stitched);
  return [
    ...(hasPeople ? identityTables(tables, options) : []),
    ...interactionTables(tables, options),
    ...contactTables(tables, hasPeople),
  ];
}

function identityTables(tables: readonly TaggedTable[], options: CoreTableOptions): CoreTable[] {
  const copy = (name: string, description: string): CoreTable => ({
    name,
    description,
    sql: `SELECT *\nFROM stitch.${name}`,
    view: true,
    copy_of: `stitch.${name}`,
  });
  return [
    {
      name: 'unified_coalesced',
      description: 'Every record that Stitch was given, with its AmpID and the values as its source gave them.',
      sql: unifiedCoalescedSql(tables),
      renewal: unifiedCoalescedRenewal(tables),
    },
    {
      name: 'unified_customer',
      description: 'The records of people: without supersized clusters, and with bad values left out.',
      sql: unifiedCustomerSql(tables),
      view: true,
    },
    copy('unified_preprocessed_raw', 'Records as they are compared: standardised, trivial duplicates collapsed.'),
    copy('unified_scores', 'Scored pairs of records inside each AmpID.'),
    {
      name: 'merge_policy',
      description: 'Priorities of the sources in merged_customers, from the merge policy.',
      sql: mergePolicySql(options.mergePolicy),
    },
  ];
}

function interactionTables(tables: readonly TaggedTable[], options: CoreTableOptions): CoreTable[] {
  const caseSensitiveKeys = options.caseSensitiveKeys ?? [];
  const keys = keyOptions(tables, caseSensitiveKeys);
  const foreignKeys = stitchForeignKeys(tables, caseSensitiveKeys);
  const has = (prefix: string) => tablesTagged(tables, prefix).length > 0;
  const built: CoreTable[] = [];
  const add = (name: string, description: string, sql: string, rest: Partial<CoreTable> = {}) =>
    built.push({ name, description, sql, ...rest });
  if (foreignKeys) {
    const description = 'The person that each foreign key of orders and memberships stands for.';
    built.push({ name: 'stitch_foreign_keys', description, ...foreignKeys });
  }
  if (has('fiscal/')) add('fiscal_calendar', 'Fiscal periods by day.', fiscalCalendarSql(tables));
  if (has('pc/')) add('unified_product_catalog', 'Products with their attributes.', productCatalogSql(tables));
  if (has('txn-item/')) {
    const itemized = { ...keys, currency: options.currency };
    add('order_owners', 'The person of each order whose lines lead to several.', orderOwnersSql(tables, itemized), {
      renewal: {
        keys: orderKeys,
        follows: touchedOrders(tables, itemized),
        rows: orderOwnersSql(tables, itemized, 'order_owners'),
        tellsKeys: true,
      },
    });
    add('unified_itemized_transactions', 'Order lines with their person.', itemizedTransactionsSql(tables, itemized), {
      renewal: {
        keys: orderKeys,
        follows: touchedLines(tables, itemized),
        rows: itemizedTransactionsSql(tables, itemized, 'unified_itemized_transactions'),
      },
    });
    add(
      'unified_transactions',
      'Orders with their person: what was bought, returned and canceled.',
      unifiedTransactionsSql(tables, has('fiscal/')),
      { incremental_by: orderKeys },
    );
  }
  if (has('loy/')) add('unified_loyalty', 'Loyalty memberships with their person.', loyaltySql(tables, keys));
  if (has('loy-event/'))
    add('unified_loyalty_events', 'Loyalty events with their person.', loyaltyEventsSql(tables, keys));
  return built;
}

function contactTables(tables: readonly TaggedTable[], hasPeople: boolean): CoreTable[] {
  const has = (prefix: string) => tablesTagged(tables, prefix).length > 0;
  const built: CoreTable[] = [];
  if (has('email-event/')) {
    const description = 'What became of each e-mail sent.';
    built.push({ name: 'unified_email_events', description, sql: emailEventsSql(tables) });
  }
  if (has('email-opt/')) {
    const description = 'Present e-mail consent by address, brand, region and program.';
    built.push({ name: 'email_opt_status', description, sql: emailOptStatusSql(tables, hasPeople) });
  }
  if (has('sms-opt/')) {
    const description = 'Present text message consent by phone, brand, region and program.';
    built.push({ name: 'sms_opt_status', description, sql: smsOptStatusSql(tables, hasPeople) });
  }
  return built;
}
