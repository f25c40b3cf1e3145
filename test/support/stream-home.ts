import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { apiToken } from '../../local/home.ts';
import { LocalPlatform } from '../../local/platform.ts';
import { eventDocuments } from './streams.ts';

/** Makes a home with a tenant `test` that has a stream of web events; gives its token. */
export async function prepareStreamHome(home: string, stream: object): Promise<string> {
  const platform = await LocalPlatform.open(home);
  try {
    await platform.createTenant({ name: 'test', amp_iq: false }, 'owner');
    const { objects } = await platform.environment('test', 'production');
    const store = new ConfigurationStore(objects);
    const documents = eventDocuments(stream).map((one) => parseDocument(one));
    await store.commit(await store.head(), documents, { author: 'owner', at: new Date(), message: 'events' });
    return await apiToken(home);
  } finally {
    await platform.close();
  }
}
