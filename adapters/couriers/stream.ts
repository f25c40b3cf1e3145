import type { Courier } from '../../core/contracts/sources.ts';
import { StreamCourierSettings } from '../../core/contracts/streams.ts';
import { problems } from '../../core/environments/documents.ts';
import { InvalidInput } from '../../core/errors.ts';
import type { CourierSource } from '../../core/ports.ts';
import type { CourierContext } from './registry.ts';

/** The closed files of a stream, wherever its home keeps them: `<yyyy>-<MM>-<dd>/<time>.ndjson`, or `.xml`. */
export function streamCourier(courier: Courier, context: CourierContext): CourierSource {
  const parsed = StreamCourierSettings.safeParse(courier.settings);
  if (!parsed.success) throw new InvalidInput(`${courier.id} settings: ${problems(parsed.error)}`);
  return context.openStream(parsed.data.stream, courier.id);
}
