/** The API's own role, which each environment's role trusts by name. */
export const apiRoleName = (stage: string): string => `tributary-${stage}-serve-api`;

/** The topic that all alarms and failed runs of a stage are told to. */
export const alarmsTopicName = (stage: string): string => `tributary-${stage}-alarms`;

/** The cluster that tasks of all tenants of a stage run in. */
export const taskClusterName = (stage: string): string => `tributary-${stage}`;

/** An id of the network that they run in. */
export type TaskNetworkId = 'subnet-a' | 'subnet-b' | 'security-group' | 'courier-security-group';

/** The parameter that tells such an id to the stacks of environments. */
export const taskNetworkParameter = (stage: string, id: TaskNetworkId): string => `/tributary/${stage}/tasks/${id}`;
