import type { Courier } from '../contracts/sources.ts';
import type { Stream } from '../contracts/streams.ts';
import type { Problem } from '../contracts/validation.ts';
import { mayMean } from '../feeds/file-pattern.ts';
import { closedFileName, stampOf } from '../streams/closed-file.ts';
import { streamOfCourier } from '../workflows/continuous-streams.ts';
import type { Configuration } from './configuration.ts';
import { doubtful, wrong } from './problem.ts';

/** Streams that nobody pulls, couriers of streams that are not there or whose files they don't mean, and continuous ones whose group does not pull them. */
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

/** A courier whose patterns mean none of its stream's files, which would be kept and never loaded. */
function unmeant({ id, format }: Stream, courier: Courier): Problem[] {
  const name = closedFileName(stampOf(new Date(0)), format);
  const isMeant = courier.files.some(({ pattern }) => mayMean(pattern, name));
  const told = `no pattern means the files of ${id}, which are called as ${name}: expected such as {yyyy}-{MM}-{dd}/*`;
  return isMeant ? [] : [doubtful(courier.id, 'files', told)];
}

function problemsOf(stream: Stream, configuration: Configuration): Problem[] {
  const { id } = stream;
  const pulling = configuration.all('courier').filter((courier) => streamOfCourier(courier) === id);
  const [first, second] = pulling;
  if (first && second) {
    const load = 'a courier takes what it has landed out of the stream: let one load into all feeds';
    return [wrong(second.id, 'settings.stream', `${first.id} pulls ${id} already, and ${load}`)];
  }
  return [...(first ? unmeant(stream, first) : []), ...continuousProblems(stream, pulling, configuration)];
}

function continuousProblems(
  { id, continuous }: Stream,
  pulling: readonly Courier[],
  configuration: Configuration,
): Problem[] {
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
