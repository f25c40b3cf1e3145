import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import { countedObjects } from '../../support/counted-objects.ts';
import { shopDocuments } from '../../support/tenant.ts';

const change = { author: 'test', at: new Date(), message: 'test' };

/** A store with the documents of the shop in its first version. */
async function shopStore() {
  const { objects, requests } = countedObjects(new FilesystemObjects(await mkdtemp(join(tmpdir(), 'configuration-'))));
  const documents = shopDocuments.map((document) => parseDocument(document));
  const store = new ConfigurationStore(objects);
  return { store, requests, documents, first: await store.commit(undefined, documents, change) };
}

const blobs = (requests: readonly string[], verb: string) =>
  requests.filter((one) => one.startsWith(`${verb} config/blobs/`));

describe('a configuration', () => {
  it('of which one document is changed has that one written, and the others left', async () => {
    const { store, requests, documents, first } = await shopStore();
    const renamed = documents.map((one) => (one.id.startsWith('tenant/') ? { ...one, name: 'renamed' } : one));
    requests.length = 0;
    const second = await store.commit(first, renamed as typeof documents, change);
    expect(blobs(requests, 'put')).toHaveLength(1);
    expect((await store.documents(second)).find(({ id }) => id.startsWith('tenant/'))).toMatchObject({
      name: 'renamed',
    });
    expect((await store.documents(first)).find(({ id }) => id.startsWith('tenant/'))).not.toMatchObject({
      name: 'renamed',
    });
  });

  it('is read from its store once by a process, of which no part can change it', async () => {
    const { store, requests, documents, first } = await shopStore();
    const read = await store.documents(first);
    requests.length = 0;
    expect(await store.documents(first)).toEqual(read);
    expect(read.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      documents.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(blobs(requests, 'get')).toEqual([]);
    expect(() => Object.assign(read[0] ?? {}, { id: 'tenant/other' })).toThrow(TypeError);
  });
});
