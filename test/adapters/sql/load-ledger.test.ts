import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { LoadLedger } from '../../../adapters/sql/lake/loads.ts';
import { BrokenOff, countedObjects } from '../../support/counted-objects.ts';

const found = { inserted: 1, updated: 0, unchanged: 0, whole: false };

async function newLedger() {
  const counted = countedObjects(new FilesystemObjects(await mkdtemp(join(tmpdir(), 'ledger-'))));
  const ledger = new LoadLedger(counted.objects, 'people');
  return { ...counted, ledger };
}

/** What an upsert does with the ledger, apart from the rows; the counts that it tells. */
async function load(ledger: LoadLedger, id: string, counted = found) {
  const begun = await ledger.begin(id);
  if (begun.done) return begun.found;
  const first = begun.found ?? (await ledger.find(id, counted));
  await ledger.finish(id);
  return first;
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => `load-${n}`);

describe('the ledger of a table', () => {
  it('writes as little with a load after hundreds of them as after a few', async () => {
    const { ledger, objects, requests } = await newLedger();
    const sizes: number[] = [];
    for (const id of ids(200)) {
      await load(ledger, id);
      sizes.push((await objects.get('tables/domain/people/loads.json'))?.body.length ?? 0);
    }
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(10);
    expect(await ledger.loads()).toMatchObject({ last: 200, whole: 0 });

    requests.length = 0;
    expect(await ledger.loaded(['load-7', 'another'])).toEqual(['load-7']);
    expect(requests.map((request) => request.split(' ')[0])).toEqual(['get', 'get', 'get']);
    requests.length = 0;
    expect(await ledger.loaded([...ids(200), 'another'])).toEqual(ids(200));
    expect(requests.map((request) => request.split(' ')[0])).toEqual(['get', 'list']);
  });

  it('has each load of many at once, under a number of its own', async () => {
    const { ledger } = await newLedger();
    await Promise.all(ids(4).map((id) => load(ledger, id)));
    expect(await ledger.loaded(ids(4))).toEqual(ids(4));
    const begun = await Promise.all(ids(4).map((id) => ledger.begin(id)));
    expect(begun.map(({ n, done }) => [n, done]).sort()).toEqual([1, 2, 3, 4].map((n) => [n, true]));
    expect(await ledger.loads()).toMatchObject({ last: 4 });
  });

  it('has a load that two bring at once a single time, with what was found first', async () => {
    const { ledger } = await newLedger();
    for (const writer of [ledger, ledger]) await writer.begin('same');
    await ledger.find('same', found);
    await ledger.finish('same');
    expect(await ledger.find('same', { ...found, inserted: 0, unchanged: 1 })).toEqual(found);
    await ledger.finish('same');
    expect(await ledger.loads()).toMatchObject({ last: 1 });
    expect(await ledger.begin('same')).toMatchObject({ done: true, found });
  });

  it('has a load as done when its number counts, and not before, wherever it was broken off', async () => {
    let isWhole = false;
    for (let writes = 0; !isWhole; writes++) {
      const { ledger, limit } = await newLedger();
      await load(ledger, 'first');
      limit.writesLeft = writes;
      isWhole = await load(ledger, 'second').then(
        () => true,
        (cause) => {
          expect(cause).toBeInstanceOf(BrokenOff);
          return false;
        },
      );
      limit.writesLeft = Number.POSITIVE_INFINITY;
      const { last } = await ledger.loads();
      expect(await ledger.loaded(['first', 'second'])).toEqual(last === 2 ? ['first', 'second'] : ['first']);
      await load(ledger, 'third');
      expect(await load(ledger, 'second', { ...found, unchanged: 1 })).toEqual(
        writes < 2 ? { ...found, unchanged: 1 } : found,
      );
      expect(await ledger.loaded(['first', 'second', 'third'])).toEqual(['first', 'second', 'third']);
      expect(await ledger.loads()).toMatchObject({ last: isWhole ? 3 : writes === 0 ? 3 : 4 });
    }
  });

  it('has nothing of what was forgotten, wherever that was broken off, nor of it in the table that is made next', async () => {
    let isWhole = false;
    for (let writes = 1; !isWhole; writes++) {
      const { ledger, objects, limit } = await newLedger();
      for (const id of ids(2)) await load(ledger, id);
      const { generation } = await ledger.loads();
      limit.writesLeft = writes;
      isWhole = await ledger.forget().then(
        () => true,
        () => false,
      );
      limit.writesLeft = Number.POSITIVE_INFINITY;
      expect([await ledger.loads(), await ledger.loaded(ids(2))]).toEqual([{ generation: '', last: 0, whole: 0 }, []]);
      await load(ledger, 'load-1');
      expect(await ledger.loaded(ids(2))).toEqual(['load-1']);
      expect((await ledger.loads()).generation).not.toBe(generation);
      await ledger.forget();
      expect((await objects.list('')).map(({ key }) => key)).toEqual([]);
    }
  });
});
