import { eventDocuments } from '../support/streams.ts';
import { partnerBucket, partnerRole, type SourceServers } from './source-servers.ts';

const feed = (of: string, ...fields: string[]) => ({
  id: `feed/${of}`,
  source: of,
  name: 'rows',
  primary_key: ['id'],
  fields: [{ field: 'id', required: true }, ...fields.map((field) => ({ field }))],
});
const courier = (of: string, type: string, settings: object, pattern: string) => ({
  id: `courier/${of}`,
  type,
  connection: `connection/${of}`,
  settings,
  files: [{ name: 'rows', pattern, format: { type: pattern.endsWith('.csv') ? 'csv' : 'ndjson' }, optional: true }],
  loads: [{ feed: `feed/${of}`, file: 'rows' }],
});
const group = (of: string, ...couriers: string[]) => ({
  id: `courier-group/${of}`,
  couriers: couriers.map((one) => ({ courier: `courier/${one}` })),
  run_type: 'source',
});

/** Documents of one courier of each type, of an API's large file, and of two streams. */
export function sourceDocuments({ postgres, ssh, http }: SourceServers, region: string) {
  const bucket = { bucket: partnerBucket, region, role: partnerRole, external_id: 'both-know' };
  const members = {
    name: 'members.ndjson',
    path: '/members',
    records: 'data',
    pages: { by: 'page', parameter: 'page' },
    since: { parameter: 'changed_since' },
  };
  const orders = { name: 'orders.ndjson', table: 'orders', incremental: 'id' };
  const [receipts, tills] = ['receipts', 'tills'];
  return [
    { id: 'connection/shop', type: 'database', settings: postgres.settings },
    { id: 'connection/partner', type: 'sftp', settings: ssh.settings },
    { id: 'connection/crm', type: 'http', settings: { base_url: http.origin } },
    { id: 'connection/stores', type: 's3', settings: bucket },
    { id: 'connection/other', type: 's3', settings: { ...bucket, role: partnerRole.replace('partner', 'another') } },
    courier('shop', 'database', { extracts: [orders] }, 'orders.ndjson'),
    courier('partner', 'sftp', { path: ssh.folder }, '*.csv'),
    courier('crm', 'http', { requests: [members] }, 'members.ndjson'),
    courier('stores', 's3', { prefix: 'out/' }, '*.csv'),
    {
      ...courier('slow', 'http', { requests: [{ name: 'slow.csv', path: '/slow.csv' }] }, '*.csv'),
      connection: 'connection/crm',
    },
    ...[feed('shop', 'item'), feed('partner', 'page'), feed('crm', 'email'), feed('stores', 'city'), feed('slow', 'n')],
    group('sources', 'shop', 'partner', 'crm', 'stores'),
    group('slow', 'slow'),
    ...eventDocuments({ continuous: 'courier-group/events' }),
    { id: `stream/${tills}`, format: 'xml', continuous: `courier-group/${tills}` },
    {
      ...courier(tills, 'stream', { stream: `stream/${tills}` }, '{yyyy}-{MM}-{dd}/*.xml'),
      connection: undefined,
      files: [
        {
          name: 'rows',
          pattern: '{yyyy}-{MM}-{dd}/*.xml',
          format: { type: 'xml', row_tag: 'receipt' },
          optional: true,
        },
      ],
    },
    { ...feed(tills, 'total'), name: receipts },
    group(tills, tills),
  ];
}
