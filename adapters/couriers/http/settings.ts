import { z } from 'zod';
import { httpUrl } from '../address.ts';
import { isLoopback } from '../network.ts';

const HttpUrl = httpUrl('sign_in says who asks, and a secret by what');
const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'expected the name of a header, such as X-Api-Key');

const SignIn = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('nothing') }),
  /** The secret `token`. */
  z.strictObject({ by: z.literal('bearer') }),
  /** The secret `password`. */
  z.strictObject({ by: z.literal('basic'), user: z.string().min(1) }),
  /** The secret `key`. */
  z.strictObject({ by: z.literal('header'), header: HeaderName }),
  /** OAuth 2.0 client credentials: the secret `client_secret` buys tokens. */
  z.strictObject({
    by: z.literal('oauth'),
    token_url: HttpUrl,
    client_id: z.string().min(1),
    scope: z.string().optional(),
    audience: z.string().optional(),
    /** Where the client says who it is. */
    client_in: z.enum(['header', 'body']).default('header'),
  }),
]);
export type SignIn = z.infer<typeof SignIn>;

/** How a system is reached that speaks HTTP, and signed in to. */
export const HttpConnection = z
  .strictObject({
    /** What paths are told from. */
    base_url: HttpUrl,
    sign_in: SignIn.default({ by: 'nothing' }),
    /** Asked for by the test of the connection. */
    test_path: z.string().default(''),
  })
  .refine(
    ({ base_url, sign_in }) =>
      sign_in.by === 'nothing' || [base_url, ...(sign_in.by === 'oauth' ? [sign_in.token_url] : [])].every(isPrivate),
    'expected https: what we sign in with goes over no network in the clear',
  );
export type HttpConnection = z.infer<typeof HttpConnection>;

/** Whether nobody between reads what is sent there. */
export function isPrivate(url: string): boolean {
  const address = new URL(url);
  return address.protocol === 'https:' || isLoopback(address);
}

/** Names from the answer on, such as `data.items`; `.` is the answer itself. */
const Place = z.string().min(1);

const Paging = z.discriminatedUnion('by', [
  /** Numbers, up to the first page without records, or that is not there. */
  z.strictObject({ by: z.literal('page'), parameter: z.string().min(1), first: z.number().int().min(0).default(1) }),
  /** A value of each answer that the next one is asked for by, up to one without. */
  z.strictObject({ by: z.literal('cursor'), parameter: z.string().min(1), at: Place }),
  /** The address of the next page, in the header Link or at a place of the answer. */
  z.strictObject({ by: z.literal('link'), at: Place.optional() }),
]);
export type Paging = z.infer<typeof Paging>;

const Instants = z.strictObject({ parameter: z.string().min(1), format: z.enum(['iso', 'seconds']).default('iso') });
export type Instants = z.infer<typeof Instants>;

const Asked = z.strictObject({
  /** What the file is called that comes of it, which the courier's files name by their patterns. */
  name: z.string().min(1),
  path: z.string(),
  query: z.record(z.string(), z.string()).default({}),
  /** Where in a JSON answer the records are, each of which becomes a line of NDJSON; left out: the answer is a file. */
  records: Place.optional(),
  pages: Paging.optional(),
  /** Asks for what changed since five minutes before the last reading began. */
  since: Instants.optional(),
  /** Asks for what changed before: the end of a period that is read again. */
  until: Instants.optional(),
});
export type Asked = z.infer<typeof Asked>;

/** What is asked of a system. */
export const HttpSettings = z
  .strictObject({ requests: z.array(Asked).min(1) })
  .refine(
    ({ requests }) => requests.every(({ records, pages, since }) => records !== undefined || !(pages || since)),
    'pages and since are of requests with records',
  );
