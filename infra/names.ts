/** The API's own role, which each environment's role trusts by name. */
export const apiRoleName = (stage: string): string => `tributary-${stage}-serve-api`;

/** The topic that all alarms and failed runs of a stage are told to. */
export const alarmsTopicName = (stage: string): string => `tributary-${stage}-alarms`;
