/** The standard policies, by the group of a user directory whose members hold each, and what it is called. */
export const policyNames = {
  'datagrid-administrator': 'DataGrid Administrator',
  'datagrid-operator': 'DataGrid Operator',
  'amp360-user': 'Amp360 User',
  'ampiq-user': 'AmpIQ User',
  'streaming-ingest': 'Streaming Ingest Write Access',
} as const;
export type PolicyId = keyof typeof policyNames;

export const policyIds = Object.keys(policyNames) as [PolicyId, ...PolicyId[]];

/** The group of a user directory whose members may work in a tenant; what they may do there, their policies say. */
export const tenantGroup = (tenant: string): string => `tenant-${tenant}`;
