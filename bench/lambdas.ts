import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './median.ts';
import { layPackages, nodePath, type Package, zippedBytes } from './packages.ts';

/**
 * Prints how large each function is and how long its cold start takes, from the start of its process: until its handler
 * is loaded, and until it has answered a first call, which is refused for its input; and the processor's time of all that,
 * which tells more where the machine is busy with other things. Medians of several starts.
 * `npx -p node@24 npm run bench:lambdas` measures on the runtime's Node.
 */
const times = 5;

const { functions, engine, parser } = layPackages();

/** Milliseconds of a new process: until the handler is loaded, until its first answer, and at work until then. */
function start({ name, folder }: Package): [loaded: number, answered: number, worked: number] {
  const script = `
    const { handler } = await import(${JSON.stringify(join(folder, 'handler.mjs'))});
    const loaded = performance.now();
    const call = async () => handler({}, { awsRequestId: 'cold', getRemainingTimeInMillis: () => 60000 });
    await call().catch(() => undefined);
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify([loaded, performance.now(), (user + system) / 1000]));
    process.exit();`;
  const env = {
    PATH: '/usr/bin:/bin',
    NODE_PATH: nodePath(parser, engine),
    NODE_OPTIONS: '--enable-source-maps',
    AWS_REGION: 'eu-west-1',
    TRIBUTARY_USER_POOL: 'bench',
    TRIBUTARY_PLACES: JSON.stringify({ at: { stage: 'bench', account: '', region: '' }, tenants: {} }),
  };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  const figures = /\[[\d.,]+\]\n$/.exec(stdout)?.[0];
  if (figures === undefined) throw new Error(`${name} did not start: ${stderr.slice(-2000)}`);
  return JSON.parse(figures);
}

const line = (...cells: string[]) =>
  console.log(cells[0]?.padEnd(22), ...cells.slice(1).map((cell) => cell.padStart(10)));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;

console.log(`Node ${process.version}, ${process.arch}`);
line('function', 'zipped', 'loaded', 'answered', 'processor');
for (const one of functions) {
  const starts = Array.from({ length: times }, () => start(one));
  const figures = [0, 1, 2].map((n) => `${Math.round(median(starts.map((figures) => figures[n] ?? 0)))} ms`);
  line(one.name, megabytes(zippedBytes(one.folder)), ...figures);
}
line('layer: parser of SQL', megabytes(zippedBytes(parser)));
line('layer: DuckDB', megabytes(zippedBytes(engine)));
