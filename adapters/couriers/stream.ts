import { StreamCourierSettings } from '../../core/contracts/streams.ts';
import { type CourierKind, settingsOf } from './kind.ts';

/** The closed files of a stream, wherever its home keeps them: `<yyyy>-<MM>-<dd>/<time>.ndjson`, or `.xml`. */
export const stream: CourierKind = {
  open: (courier, { openStream }) => openStream(settingsOf(StreamCourierSettings, courier).stream, courier.id),
};
