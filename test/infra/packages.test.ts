import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withCrew } from '../../adapters/stitch/crew.ts';
import { layPackages, nodePath, type Package, zippedBytes } from '../../bench/packages.ts';
import { StitchSettings } from '../../core/contracts/customer360.ts';
import { shapeOf } from '../../core/stitch/records/shape.ts';

const settings = StitchSettings.parse({ id: 'stitch/main' });
const { functions, engine, parser } = layPackages();
const bundleOf = ({ folder }: Package): string => join(folder, 'handler.mjs');
const named = (some: Package[]): string[] => some.map(({ name }) => name);

describe('the packages of the functions', () => {
  it('are zipped 2 MB at most, and those with DuckDB 50 MB together with its layer', () => {
    const withDuckDb = 50e6 - zippedBytes(engine);
    const most = ({ config }: Package) => (config.duckdb ? withDuckDb : 2e6);
    expect(named(functions.filter((one) => zippedBytes(one.folder) > most(one)))).toEqual([]);
  });

  it.each([
    ['the layer with the parser of SQL', 'sql', /"@polyglot-sql\/sdk"/],
    ['the layer with DuckDB', 'duckdb', /"@duckdb\/node-api"/],
  ] as const)('have %s where the bundle loads it, and nowhere else', (_, part, loading) => {
    const found = functions.filter((one) => loading.test(readFileSync(bundleOf(one), 'utf8')));
    expect(found.length).toBeGreaterThan(0);
    expect(named(found)).toEqual(named(functions.filter(({ config }) => config[part])));
  });

  it("have the code of Stitch's threads beside the function that begins them", async () => {
    const stitch = functions.find(({ name }) => name === 'run-stitch') as Package;
    const script = pathToFileURL(join(stitch.folder, 'hand.mjs'));
    const tagged = { size: 0, columns: [] };
    const part = { makers: ['names'] as const, tagged, shape: shapeOf([]), settings };
    const made = await withCrew({ script }, 1_000_000, (crew) => crew.give('standardise', [part]));
    expect(made.flat().map(([name]) => name)).toEqual(
      availableParallelism() === 1 ? [] : ['given_name', 'surname', 'sound', 'generational_suffix'],
    );
  });

  it('find the parser as Lambda shows its layers, by NODE_PATH alone', () => {
    const planner = functions.find(({ name }) => name === 'plan-database') as Package;
    const script = `const { handler } = await import(${JSON.stringify(bundleOf(planner))}); console.log(typeof handler)`;
    const env = { ...process.env, NODE_OPTIONS: '', NODE_PATH: nodePath(parser) };
    const load = (given: NodeJS.ProcessEnv) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: given,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    expect(load(env)).toBe('function\n');
    expect(() => load({ ...env, NODE_PATH: '' })).toThrow(/Cannot find module '@polyglot-sql\/sdk'/);
  });
});
