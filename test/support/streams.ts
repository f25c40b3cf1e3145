/** Documents of a tenant with a stream of web events, whose files its group loads. */
export const eventDocuments = (stream: object = {}) => [
  { id: 'tenant/test', name: 'test' },
  { id: 'stitch/default' },
  { id: 'merge-policy/default', sources: [] },
  { id: 'stream/web-events', ...stream },
  {
    id: 'courier/web-events',
    type: 'stream',
    settings: { stream: 'stream/web-events' },
    files: [{ name: 'events', pattern: '{yyyy}-{MM}-{dd}/*.ndjson', format: { type: 'ndjson' }, optional: true }],
    loads: [{ feed: 'feed/web-events', file: 'events' }],
  },
  {
    id: 'feed/web-events',
    source: 'web',
    name: 'events',
    primary_key: ['id'],
    fields: [{ field: 'id', required: true }, { field: 'page' }, { field: 'amount', type: 'Decimal(38,4)' }],
  },
  { id: 'courier-group/events', couriers: [{ courier: 'courier/web-events' }], run_type: 'source' },
];
