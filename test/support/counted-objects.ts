import type { ObjectStore } from '../../core/ports.ts';

/** A store of objects that notes each request, such as `list runs/`, and breaks off at the write after those that are left. */
export function countedObjects(objects: ObjectStore) {
  const requests: string[] = [];
  const limit = { writesLeft: Number.POSITIVE_INFINITY };
  const counted = new Proxy(objects, {
    get: (target, name) => {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (key: string, ...rest: unknown[]) => {
        const isWrite = name === 'put' || name === 'delete';
        if (isWrite && limit.writesLeft-- <= 0) throw new BrokenOff();
        requests.push(`${String(name)} ${key}`);
        return method.call(target, key, ...rest);
      };
    },
  });
  return { objects: counted, requests, limit };
}

/** What a process ends with that is killed, as it were. */
export class BrokenOff extends Error {}
