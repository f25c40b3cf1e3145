/** A tenant whose till gives its stock in files of this pattern, loaded so. */
export const tillDocuments = (pattern: string, load: object = {}, feed: object = {}) => [
  { id: 'tenant/test', name: 'test' },
  { id: 'stitch/default' },
  { id: 'merge-policy/default', sources: [] },
  {
    id: 'courier/till',
    type: 'folder',
    settings: { path: 'till' },
    files: [{ name: 'stock', pattern, format: { type: 'csv' } }],
    loads: [{ feed: 'feed/stock', file: 'stock', ...load }],
  },
  {
    id: 'feed/stock',
    source: 'till',
    name: 'stock',
    primary_key: ['id'],
    fields: [{ field: 'id', required: true }, { field: 'price' }],
    ...feed,
  },
  { id: 'courier-group/daily', couriers: [{ courier: 'courier/till' }], run_type: 'source' },
];
