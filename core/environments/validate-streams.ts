import type { Stream } from '../contracts/streams.ts';
import type { Problem } from '../contracts/validation.ts';
import { streamOfCourier } from '../workflows/continuous-streams.ts';
import type { Configuration } from './configuration.ts';
import { doubtful, wrong } from './problem.ts';

/** Streams that nobody pulls, couriers of streams that are not there, and continuous ones whose group does not pull them. */
export function streamProblems(configuration: Configuration): Problem[] {
  return [
    ...configuration.all('stream').flatMap((stream) => problemsOf(stream, configuration)),
    ...configuration
      .all('courier')
      .filter(({ type }) => type === 'stream')
      .flatMap((courier) => {
        const stream = streamOfCourier(courier);
        if (stream !== undefined && configuration.find('stream', stream)) return [];
        const others = configuration.all('stream').map(({ id }) => id);
        const seen = JSON.stringify(courier.settings.stream) ?? 'left out';
        return [
          wrong(courier.id, 'settings.stream', `${seen} is no stream: there is ${others.join(', ') || 'none yet'}`),
        ];
      }),
  ];
}

function problemsOf({ id, continuous }: Stream, configuration: Configuration): Problem[] {
  const pulling = configuration.all('courier').filter((courier) => streamOfCourier(courier) === id);
  const [first, second] = pulling;
  if (first && second) {
    const load = 'a courier takes what it has landed out of the stream: let one load into all feeds';
    return [wrong(second.id, 'settings.stream', `${first.id} pulls ${id} already, and ${load}`)];
  }
  if (continuous === undefined) {
    return pulling.length > 0
      ? []
      : [doubtful(id, '', 'no courier pulls this stream, so that its files are kept only')];
  }
  const group = configuration.find('courier-group', continuous);
  if (!group) return [wrong(id, 'continuous', `no courier group ${continuous}: name one that pulls this stream`)];
  if (group.couriers.some(({ courier }) => pulling.some((one) => one.id === courier))) return [];
  const expected = `expected a courier of the type stream whose settings name ${id}`;
  return [wrong(id, 'continuous', `no courier of ${continuous} pulls this stream: ${expected}`)];
}
