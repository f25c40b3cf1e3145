import { z } from 'zod';

/** A record by the domain table that it is from and its key there. */
export const RecordKey = z.object({ datasource: z.string(), pk: z.string() });
export type RecordKey = z.infer<typeof RecordKey>;

/** A record as people write it: `web_customers/17`. */
export const recordName = ({ datasource, pk }: RecordKey): string => `${datasource}/${pk}`;
