import { z } from 'zod';
import { Correction } from './corrections.ts';
import { DatabaseTable, MergePolicy, Query, StitchSettings, User } from './customer360.ts';
import { Instant, Sha256 } from './names.ts';
import { Connection, Courier, CourierGroup, CustomDomainTable, Feed, IngestQuery, Tenant } from './sources.ts';
import { Stream } from './streams.ts';

/** Every kind of document, by the prefix of its id. Adding a kind is one schema and one line here. */
export const documentSchemas = {
  tenant: Tenant,
  stream: Stream,
  connection: Connection,
  courier: Courier,
  'ingest-query': IngestQuery,
  feed: Feed,
  'domain-table': CustomDomainTable,
  'courier-group': CourierGroup,
  stitch: StitchSettings,
  correction: Correction,
  'merge-policy': MergePolicy,
  table: DatabaseTable,
  query: Query,
  user: User,
} as const;

export type DocumentKind = keyof typeof documentSchemas;
export type DocumentOf<Kind extends DocumentKind> = z.infer<(typeof documentSchemas)[Kind]>;
export type Document = { [Kind in DocumentKind]: DocumentOf<Kind> }[DocumentKind];

/** Immutable; its id is the hash of its other fields. */
export const ConfigurationVersion = z.object({
  id: Sha256,
  parents: z.array(Sha256),
  author: z.string(),
  at: Instant,
  message: z.string(),
  /** Document id → hash of its canonical JSON. */
  objects: z.record(z.string(), Sha256),
});
export type ConfigurationVersion = z.infer<typeof ConfigurationVersion>;
