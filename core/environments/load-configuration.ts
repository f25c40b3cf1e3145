import { InvalidInput } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { Configuration } from './configuration.ts';
import { ConfigurationStore } from './configuration-store.ts';

/** The documents of a version. */
export async function loadConfiguration(objects: ObjectStore, version: string): Promise<Configuration> {
  const store = new ConfigurationStore(objects);
  return new Configuration(version, await store.documents(await store.version(version)));
}

/** The documents of the head. `InvalidInput` in an environment that has no configuration yet. */
export async function headConfiguration(objects: ObjectStore): Promise<Configuration> {
  const head = await new ConfigurationStore(objects).head();
  if (!head) throw new InvalidInput('this environment has no configuration yet: apply a folder of documents first');
  return loadConfiguration(objects, head.id);
}
