import type { Courier } from '../contracts/sources.ts';
import { StreamCourierSettings } from '../contracts/streams.ts';
import { headConfiguration } from '../environments/load-configuration.ts';
import type { LaunchPlace } from './launch.ts';
import { type SelfStart, startByItself } from './self-start.ts';

/** Starts the courier group of a continuous stream, of which a file was closed. */
export async function startOnClosedFile(place: LaunchPlace, stream: string): Promise<SelfStart> {
  const group = (await headConfiguration(place.objects)).find('stream', stream)?.continuous;
  if (group === undefined) return { left: `${stream} is not continuous` };
  return startByItself(place, group);
}

/** The stream that a courier pulls; undefined of one of another type, or whose settings are refused. */
export function streamOfCourier(courier: Courier): string | undefined {
  return courier.type === 'stream' ? StreamCourierSettings.safeParse(courier.settings).data?.stream : undefined;
}
