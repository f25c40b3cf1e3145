import type { CompanyDirectory } from '../core/contracts/users.ts';

/** What a stage of Tributary is made of: typed literals, kept in `config.ts`. */
export interface StageConfig {
  /** Account that it is deployed to; left out: that of the credentials. */
  account?: string;
  /** Region that it is deployed to; left out: that of the credentials. */
  region?: string;
  /** Processor of the functions. Graviton costs a fifth less; the emulator runs them on the machine it is on. */
  architecture: 'arm64' | 'x86_64';
  /** Megabytes of the functions that read files and run Stitch. A new account allows 3,008 until AWS is asked for more. */
  duckdbMemory: number;
  /**
   * Milliseconds that a step waits for a statement before its state machine does. Five seconds of a function cost what three
   * states do.
   */
  patienceMs: number;
  /** Whether what keeps data is refused to `cdk destroy` until its protection is lifted by hand. */
  protected: boolean;
  /** Address that alarms are mailed to; left out: nobody subscribes to the topic yet. */
  alarmAddress?: string;
  /** Company directory that people sign in with; left out: names and passwords of the user pool. */
  federation?: FederationConfig;
  tenants: readonly TenantConfig[];
}

/** One company. Adding one is an entry here and a deploy. */
export interface TenantConfig {
  /** Lower-case words with dashes: part of the names of buckets, databases and the SFTP host. */
  name: string;
  /** Mail address of the first person who may change everything; left out: whoever deploys names one later. */
  administrator?: string;
  /** `production` first; each other name is a sandbox. */
  environments: readonly string[];
  /** What the couriers of an environment may use of your AWS, by the environment's name; left out: nothing. */
  couriers?: Readonly<Record<string, CouriersConfig>>;
  /** A site that files are uploaded to, whose users are added at run time. It costs about $219 a month for as long as it is here. */
  sftp?: SftpConfig;
}

export interface CouriersConfig {
  /** ARNs of the roles that `s3` connections may name: no other is taken on. */
  roles?: readonly string[];
  /** The network that sources are reached from; left out: none of yours, but the internet. */
  network?: CourierNetwork;
}

/** A part of a VPC of yours. It has to lead to the sources, and to AWS itself. */
export interface CourierNetwork {
  /** Two of them, in different zones. */
  subnets: readonly [string, string];
  securityGroup: string;
}

export interface SftpConfig {
  /** Zone that the site's name `<tenant>.<zone>` is added to; left out: it has AWS's name only. */
  hostedZone?: { id: string; name: string };
}

export type FederationConfig = DirectoryGroups &
  (
    | { kind: 'saml'; name: string; metadataUrl: string }
    | { kind: 'oidc'; name: string; issuer: string; clientId: string; clientSecretName: string }
  );

/** What people may do who sign in by the company's directory. */
export interface DirectoryGroups {
  /** SAML attribute or OIDC claim that tells somebody's groups. */
  groupsAttribute: string;
  /** What the members of a group of the directory hold, by its name there; any other group stands for nothing. */
  groups: CompanyDirectory['groups'];
}

/** Where the code that the deploy pipeline ships comes from, and the stages that it goes through. */
export interface PipelineConfig {
  /** ARN of the connection to the code's host, made once in the console. */
  connectionArn: string;
  /** `owner/name`. */
  repository: string;
  branch: string;
  /** Deployed and checked before anybody is asked. */
  first: string;
  /** Deployed after approval. */
  production: string;
}
