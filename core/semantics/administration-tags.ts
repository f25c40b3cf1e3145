import { group } from './tag.ts';

/** Tags of tables that keep the books: bad values, labels, nicknames, privacy requests (reference §2.3). */
export const administrationTags = [
  ...group('blv', 'datasource is-preprocessed semantic* value*'),
  ...group('sl', 'datasource label-id* partition-id* semantic value'),
  ...group('nicknames', 'canonical-name*:string nickname*:string update-type:string'),
  ...group(
    'compliance',
    `request-id request-type request-strategy request-email request-phone request-address request-address-2 request-city
    request-state request-postal request-country request-custom-key request-custom-key-2 request-custom-key-3
    system-updated custom-key custom-key-2 custom-key-3 pii source-ds source-pk cdt-ds cdt-pk`,
  ),
];
