import { z } from 'zod';

/** One environment of a tenant as it is deployed, told to each function in its environment variables. */
export const Place = z.object({
  tenant: z.string(),
  environment: z.string(),
  /** The bucket of its lake; keys are those of `ObjectStore`. */
  bucket: z.string(),
  /** Athena work group that its queries run in, which has the name of what is deployed for it. */
  workgroup: z.string(),
  /** ARN of its state machine `run-courier-group`. */
  machine: z.string(),
  /** ARN of the role that the API takes on for each request to it. */
  role: z.string(),
});
export type Place = z.infer<typeof Place>;

/** Environment variables of a function: a step has the JSON of one place, the API that of `Places`. */
export const placeVariables = { one: 'TRIBUTARY_PLACE', all: 'TRIBUTARY_PLACES' } as const;

/** Environment variable of the functions that sign in to sources: the JSON of the roles that connections may name. */
export const courierRolesVariable = 'TRIBUTARY_COURIER_ROLES';

/** Environment variables of the functions that know people: ids of the user pool and of its client, and the JSON of a `CompanyDirectory`. */
export const peopleVariables = {
  userPool: 'TRIBUTARY_USER_POOL',
  client: 'TRIBUTARY_USER_POOL_CLIENT',
  directory: 'TRIBUTARY_DIRECTORY',
} as const;

/** Prefix of keys that the SFTP site and the folder couriers share. */
export const inboxPrefix = 'inbox/';

/** Prefix of the objects that say who the SFTP site lets in. */
export const sftpUsersPrefix = 'sftp/users/';

/** The SSM parameter that tells the id of an environment's SFTP server; there is none without a site. */
export const sftpServerParameter = ({ workgroup }: Pick<Place, 'workgroup'>): string => `/${workgroup}/sftp-server`;

/** ARN of the role that the SFTP site reads and writes uploads in. */
export const uploadRole = ({ role }: Pick<Place, 'role'>): string => role.replace(/-access$/, '-upload');

/** Name of the function that tries a connection where the environment's couriers work. */
export const connectionTestName = ({ workgroup }: Pick<Place, 'workgroup'>): string => `${workgroup}-test-connection`;

/** Name of the queue of what is sent to an environment's streams, and of that of what could be made no file of. */
export const streamQueueName = ({ workgroup }: Pick<Place, 'workgroup'>): string => `${workgroup}-streams`;
export const lostStreamsName = ({ workgroup }: Pick<Place, 'workgroup'>): string => `${workgroup}-streams-dead-letters`;

/** Prefixes of what is remembered of requests with a key, and of what a message of the queue can't hold, or a file is being made of. */
export const claimsPrefix = 'stream-keys/';
export const parkedPrefix = 'stream-parked/';

/** URL of the queue, which names region and account in AWS's way. */
export function streamQueueUrl(place: Pick<Place, 'workgroup' | 'machine'>): string {
  const [, , , region, account] = place.machine.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${streamQueueName(place)}`;
}

/** Prefix of what Athena writes for each query. */
export const queryResultsPrefix = 'query-results/';

/** The Glue database of a schema, such as `tributary_prod_acme_production_customer360`. */
export const databaseName = ({ workgroup }: Pick<Place, 'workgroup'>, schema: string): string =>
  `${workgroup}_${schema}`.replaceAll('-', '_');

/** Start of the names of everything that is deployed for an environment. */
export const placeName = (stage: string, { tenant, environment }: Pick<Place, 'tenant' | 'environment'>): string =>
  `tributary-${stage}-${tenant}-${environment}`;

/** Where a stage is deployed. */
const Site = z.object({
  stage: z.string(),
  account: z.string(),
  region: z.string(),
  partition: z.string().default('aws'),
});

/** Every environment of a stage by its tenant, in few letters: a function has 4 KB for all of its variables. */
export const Places = z.object({ at: Site, tenants: z.record(z.string(), z.array(z.string())) });
export type Places = z.infer<typeof Places>;

export const placesOf = ({ at, tenants }: Places): Place[] =>
  Object.entries(tenants).flatMap(([tenant, environments]) =>
    environments.map((environment) => placeOf(at, { tenant, environment })),
  );

/** The place that a stage, an account and a region give an environment. Names instead of exports, which would lock deployments. */
export function placeOf(at: z.input<typeof Site>, of: Pick<Place, 'tenant' | 'environment'>): Place {
  const name = placeName(at.stage, of);
  const partition = at.partition ?? 'aws';
  return {
    tenant: of.tenant,
    environment: of.environment,
    bucket: `${name}-${at.account}`,
    workgroup: name,
    machine: `arn:${partition}:states:${at.region}:${at.account}:stateMachine:${name}-run-courier-group`,
    role: `arn:${partition}:iam::${at.account}:role/${name}-access`,
  };
}

/** What an environment's schedules are made with. */
export interface Clock {
  /** Name of the group that all of its schedules are in. */
  group: string;
  /** ARN of the function `launch-run`, which they call. */
  launch: string;
  /** ARN of the role that they call it in. */
  role: string;
  /** ARN of the queue that a call goes to which can't be made. */
  deadLetters: string;
}

/** Name of the role of an environment's schedules, and of the queue of the starts that they could not make. */
export const scheduleRoleName = (place: Pick<Place, 'workgroup'>): string => `${place.workgroup}-schedules`;
export const deadLettersName = (place: Pick<Place, 'workgroup'>): string => `${place.workgroup}-missed-schedules`;

/** The clock of a place, by name. */
export function clockOf(place: Pick<Place, 'workgroup' | 'machine'>): Clock {
  const [, partition, , region, account] = place.machine.split(':');
  const arn = (service: string, resource: string, at = region) =>
    `arn:${partition}:${service}:${at}:${account}:${resource}`;
  return {
    group: place.workgroup,
    launch: arn('lambda', `function:${place.workgroup}-launch-run`),
    role: arn('iam', `role/${scheduleRoleName(place)}`, ''),
    deadLetters: arn('sqs', deadLettersName(place)),
  };
}
