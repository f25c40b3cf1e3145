import type { Courier } from '../../core/contracts/sources.ts';
import { InvalidInput } from '../../core/errors.ts';
import type { CourierSource } from '../../core/ports.ts';
import { folderCourier } from './folder.ts';
import { streamCourier } from './stream.ts';

/** What a home gives to its couriers. */
export interface CourierContext {
  /** The folder of its inbox that a path of a courier's settings means; `courier` is whom an error speaks of. */
  openFolder(path: string, courier: string): CourierSource;
  /** The closed files of a stream, by its id. */
  openStream(stream: string, courier: string): CourierSource;
}

/** Every kind of place that files are pulled from. Adding one is one file and one line here. */
const couriers: Readonly<Record<string, (courier: Courier, context: CourierContext) => CourierSource>> = {
  folder: folderCourier,
  stream: streamCourier,
};

/** The source of a courier. `InvalidInput` for a type that no entry has. */
export function courierSource(courier: Courier, context: CourierContext): CourierSource {
  const open = couriers[courier.type];
  if (!open) {
    throw new InvalidInput(
      `${courier.id}: unknown type ${JSON.stringify(courier.type)}, expected one of ${Object.keys(couriers).join(', ')}`,
    );
  }
  return open(courier, context);
}
