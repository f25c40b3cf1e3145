import type { Right } from './constructs/environment-rights.ts';

/** What a function of an environment is given, and what it may touch. */
export interface FunctionConfig {
  does: string;
  /** DuckDB runs in it. */
  duckdb?: true;
  /** It reads SQL, by the parser of the layer. */
  sql?: true;
  /** Megabytes; those with DuckDB have the stage's. */
  memory?: number;
  minutes: number;
  /** GiB of disk for files on their way, where half of one is too little; those with DuckDB have ten. */
  scratch?: number;
  rights: readonly Right[];
}

/** Reads the lake, and writes what is noted of a run. */
const plain = { memory: 1024, minutes: 5, rights: ['reading', 'notes'] } as const;
/** Asks for queries, and waits for short ones. */
const asking = { sql: true, memory: 1024, minutes: 15, rights: ['objects', 'tables'] } as const;

/** Reads Parquet itself, too. */
const reading = { sql: true, duckdb: true, minutes: 15, rights: ['objects', 'tables'] } as const;

/** The steps of the state machines, by folder of `lambdas/` and by `${…}` in `statemachines/`. */
export const steps = {
  'start-run': { ...plain, does: "Takes the environment's lease and plans the couriers" },
  'pull-files': {
    memory: 1769,
    minutes: 15,
    scratch: 10,
    rights: ['reading', 'notes', 'landings', 'connections'],
    does: 'Lands what is new at a source',
  },
  'plan-loads': { ...asking, does: 'Says which landed files a feed has not loaded yet' },
  'read-file': {
    minutes: 15,
    duckdb: true,
    rights: ['reading', 'notes', 'rows-read', 'pgp-keys'],
    does: 'Turns landed bytes into typed rows',
  },
  'merge-rows': { ...reading, does: 'Merges typed rows into a domain table' },
  'publish-feed': { ...asking, does: 'Shows readers a loaded table' },
  'settle-loads': { ...plain, does: 'Fails a run when a feed of it failed' },
  'prepare-stitch': { ...reading, does: 'Writes the tagged records' },
  'run-stitch': { ...reading, does: 'Says who is who' },
  'spread-stitch': { ...reading, does: 'Counts and joins what is too much for one machine' },
  'stitch-piece': {
    minutes: 15,
    duckdb: true,
    rights: ['reading', 'stitch'],
    does: 'Does one piece of a Stitch that is spread',
  },
  'plan-database': { ...plain, sql: true, does: 'Says which tables have new input or a new definition' },
  'build-table': { ...asking, does: 'Builds one table under a new version' },
  'measure-stitch': { ...asking, does: 'Measures how right the people of a run are' },
  'publish-database': { ...asking, does: 'Shows readers the tables that were built' },
  'finish-run': {
    ...plain,
    rights: ['reading', 'notes', 'candidates', 'stitch'],
    does: 'Lets the next run start',
  },
  'fail-run': { ...plain, does: 'Notes a failed run and lets the next one start' },
} as const satisfies Record<string, FunctionConfig>;

export type Step = keyof typeof steps;

/** Steps that a task does where they are too much for their function. */
export const largeSteps: readonly Step[] = ['pull-files', 'read-file', 'merge-rows', 'run-stitch'];

/** What any of them may touch. */
export const largeRights: readonly Right[] = [...new Set(largeSteps.flatMap((step) => steps[step].rights))];

/** Steps that begin statements, which their state machines wait for. */
export const askingSteps = Object.entries<FunctionConfig>(steps)
  .filter(([, { rights }]) => rights.includes('tables'))
  .map(([name]) => name);

/** Starts runs, and notes which slots that kept. */
const starting = ['reading', 'notes', 'slots', 'runs'] as const;

/** Functions of an environment that no state machine calls. */
export const others = {
  'launch-run': { ...plain, rights: starting, does: 'Starts a run of a courier group' },
  'look-after-runs': {
    ...plain,
    rights: starting,
    does: 'Ends runs that are lost, and looks at schedules between their slots',
  },
  'note-arrival': {
    ...plain,
    rights: ['reading', 'schedules'],
    does: 'Has courier groups looked after that a file in the inbox may start',
  },
  'close-stream-files': {
    ...plain,
    minutes: 2,
    rights: [...starting, 'stream-files'],
    does: 'Makes files of what streams took',
  },
  'note-run-end': {
    ...plain,
    rights: starting,
    does: 'Marks a run whose execution was ended from outside, and starts the one that is owed next',
  },
  'test-connection': {
    memory: 1769,
    minutes: 1,
    rights: ['connections'],
    does: 'Signs in by a connection as couriers do',
  },
  'plan-tables': { ...plain, rights: ['reading'], does: 'Says which tables are tidied, and how' },
  'prepare-environment': {
    ...plain,
    rights: ['objects', 'schedules'],
    does: "Gives a new environment its first documents, and makes schedules follow an environment's",
  },
} as const satisfies Record<string, FunctionConfig>;
