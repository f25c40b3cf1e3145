import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handOfCheckout, withCrew } from '../../../adapters/stitch/crew.ts';
import { StitchSettings } from '../../../core/contracts/customer360.ts';
import { InternalError } from '../../../core/errors.ts';
import { comparePart, comparesOf } from '../../../core/stitch/comparisons/comparing.ts';
import { Profiles } from '../../../core/stitch/records/profiles.ts';
import { shapeOf } from '../../../core/stitch/records/shape.ts';
import { bandsOf } from '../../../core/stitch/records/values.ts';

const MANY = 1_000_000;
const root = join(import.meta.dirname, '../../..');
const settings = StitchSettings.parse({ id: 'stitch/main' });
const shape = shapeOf(['given_name', 'surname']);
const profiles = Profiles.of(
  [
    { given_name: 'JÜRGEN', surname: 'SMITH' },
    { given_name: 'JURGEN', surname: 'SMYTH' },
    { given_name: 'SMITH', surname: 'JURGEN' },
  ],
  ['given_name', 'surname'],
);
const given = {
  compares: comparesOf({ shape, settings }, profiles, bandsOf(profiles)),
  pairs: { a: Int32Array.from([0, 0, 1]), b: Int32Array.from([1, 2, 2]) },
};

// On one processor nobody is hired.
describe.skipIf(availableParallelism() === 1)('hands in threads of their own', () => {
  test('make of a task what this thread makes of it', async () => {
    const made = await withCrew(handOfCheckout, MANY, (crew) => crew.give('compare', [given, given]));
    expect(made).toEqual([comparePart(given), comparePart(given)]);
  });

  test('begin in a process whose code came on its command line, as a task does', () => {
    const code = `const { compiled } = await import(${JSON.stringify(join(root, 'bin/compile.mjs'))});
const { withCrew, handOfCheckout } = await import(await compiled(${JSON.stringify(root)}, 'adapters/stitch/crew.ts'));
const part = { makers: [], tagged: { size: 0, columns: [] } };
console.log(JSON.stringify(await withCrew(handOfCheckout, ${MANY}, (crew) => crew.give('standardise', [part]))));`;
    const command = ['--input-type=module', '--eval', code];
    expect(execFileSync(process.execPath, command, { encoding: 'utf8' })).toBe('[[]]\n');
  });

  test('tell what they fail at, and go on', async () => {
    await withCrew(handOfCheckout, MANY, async (crew) => {
      const broken = { ...given, compares: undefined } as unknown as typeof given;
      await expect(crew.give('compare', [broken])).rejects.toThrow('undefined');
      expect(await crew.give('compare', [given])).toEqual([comparePart(given)]);
    });
  });

  test('that end before their work is done fail the run, by name', async () => {
    const mortal = { script: new URL('data:text/javascript,setTimeout(() => process.exit(3), 100)') };
    const asked = withCrew(mortal, MANY, (crew) => crew.give('compare', [given]));
    await expect(asked).rejects.toThrow(InternalError);
    await expect(asked).rejects.toThrow('ended with code 3');
  });

  test('that are let go before they have answered hide nothing of why', async () => {
    const failing = withCrew(handOfCheckout, MANY, async (crew) => {
      void crew.give('compare', [given]);
      throw new InternalError('the part of this thread failed');
    });
    await expect(failing).rejects.toThrow('the part of this thread failed');
  });

  test('are not hired for few records', async () => {
    expect(await withCrew(handOfCheckout, 1000, async ({ hands }) => hands)).toBe(0);
  });
});
