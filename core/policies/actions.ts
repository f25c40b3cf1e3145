/** Everything that somebody may be allowed to do, as `resource:verb`. A route of the API needs one of them. */
export const actions = [
  'tenant:list',
  'tenant:create',
  'configuration:view',
  'configuration:validate',
  'configuration:edit',
  'feed:discover',
  'courier-group:run',
  'workflow:view',
  'workflow:stop',
  'workflow:retry',
  'table:view',
  'query:run',
  'query:download',
  'amp-id:explore',
  'stitch:view',
  'stitch:evaluate',
  'quarantine:view',
  'quarantine:download',
  'quarantine:replay',
] as const;
export type Action = (typeof actions)[number];
