import type { Courier, CourierGroup } from '../contracts/sources.ts';
import type { Problem } from '../contracts/validation.ts';
import { TributaryError } from '../errors.ts';
import { filePattern } from '../feeds/file-pattern.ts';
import { awsCron } from '../workflows/cron.ts';
import { nextSlot } from '../workflows/slots.ts';
import type { Configuration } from './configuration.ts';
import { doubtful, wrong } from './problem.ts';

/** AWS gives the name of a schedule 64 letters, and that of a look after an arrival ends with a dot and its minute. */
const LONGEST_NAME = 64 - '.202611230500'.length;

/** References from one document to another, and what outsiders define: zones and cron. */
export function referenceProblems(configuration: Configuration): Problem[] {
  return [
    ...configuration.all('tenant').flatMap(({ id, time_zone }) => zoneProblems(id, time_zone)),
    ...configuration.all('courier').flatMap((courier) => courierProblems(courier, configuration)),
    ...configuration.all('courier-group').flatMap((group) => groupProblems(group, configuration)),
    ...unloadedFeeds(configuration),
  ];
}

/** A zone that the IANA database doesn't have. */
export function zoneProblems(id: string, zone: string | undefined): Problem[] {
  if (zone === undefined) return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    return [wrong(id, 'time_zone', `no time zone ${JSON.stringify(zone)}: expected one such as Europe/Berlin`)];
  }
}

function courierProblems(courier: Courier, configuration: Configuration): Problem[] {
  const names = courier.files.map((file) => file.name);
  const twice = names.filter((name, n) => names.indexOf(name) !== n);
  const loads = courier.loads.map(({ file, feed }) => `${file} into ${feed}`);
  return [
    ...twice.map((name) => wrong(courier.id, 'files', `two files are called ${name}: names are unique in a courier`)),
    ...patternProblems(courier),
    ...dialectProblems(courier),
    ...connectionProblems(courier, configuration),
    ...loads.flatMap((load, n) =>
      loads.indexOf(load) === n
        ? []
        : wrong(courier.id, `loads.${n}`, `${load} is loaded above: expected each file once into a feed`),
    ),
    ...courier.loads.flatMap((load, n) => [
      ...(names.includes(load.file)
        ? []
        : [
            wrong(
              courier.id,
              `loads.${n}.file`,
              `no file ${load.file} in this courier: expected ${names.join(' or ')}`,
            ),
          ]),
      ...missing(courier.id, `loads.${n}.feed`, 'feed', load.feed, configuration),
      ...(load.ingest_query === undefined
        ? []
        : missing(courier.id, `loads.${n}.ingest_query`, 'ingest-query', load.ingest_query, configuration)),
    ]),
  ];
}

/** Patterns of files and of members of archives that name no file. */
function patternProblems({ id, files }: Courier): Problem[] {
  const refused = (path: string, pattern: string) =>
    refusal(
      () => filePattern(pattern),
      (message) => wrong(id, path, message),
    );
  return files.flatMap(({ pattern, format: { members } }, n) => [
    ...refused(`files.${n}.pattern`, pattern),
    ...(members === undefined ? [] : refused(`files.${n}.format.members`, members)),
  ]);
}

/** Delimiters and quotes that no line can be cut by. */
function dialectProblems({ id, files }: Courier): Problem[] {
  return files.flatMap(({ format: { delimiter, quote } }, n) => [
    ...Object.entries({ delimiter, quote }).flatMap(([field, mark]) =>
      mark !== undefined && /[\r\n]/.test(mark)
        ? wrong(id, `files.${n}.format.${field}`, `the ${field} ${JSON.stringify(mark)} ends a line: expected another`)
        : [],
    ),
    ...(quote !== undefined && delimiter?.includes(quote)
      ? [wrong(id, `files.${n}.format.quote`, `the quote ${quote} is in the delimiter ${delimiter}: expected another`)]
      : []),
  ]);
}

function connectionProblems({ id, type, connection }: Courier, configuration: Configuration): Problem[] {
  if (connection === undefined) return [];
  const found = configuration.find('connection', connection);
  if (!found) return missing(id, 'connection', 'connection', connection, configuration);
  if (found.type === type) return [];
  return [
    wrong(id, 'connection', `${connection} is of the type ${found.type}: expected one of the courier's type, ${type}`),
  ];
}

function groupProblems(group: CourierGroup, configuration: Configuration): Problem[] {
  const couriers = group.couriers.map(({ courier }) => courier);
  return [
    ...couriers.flatMap((courier, n) => [
      ...missing(group.id, `couriers.${n}.courier`, 'courier', courier, configuration),
      ...(couriers.indexOf(courier) === n
        ? []
        : [
            wrong(
              group.id,
              `couriers.${n}.courier`,
              `${courier} is listed above: expected each courier once in a group`,
            ),
          ]),
    ]),
    ...zoneProblems(group.id, group.time_zone),
    ...startProblems(group, configuration),
  ];
}

/** What starts a group by itself, in a way that one of the two homes could not keep. */
function startProblems(group: CourierGroup, configuration: Configuration): Problem[] {
  const { id, schedule, start_on_arrival } = group;
  return [
    ...(schedule === undefined ? [] : [...cronProblems(id, schedule), ...offsetProblems(group)]),
    ...(start_on_arrival ? arrivalProblems(group, configuration) : []),
    ...(schedule !== undefined || start_on_arrival ? nameProblems(id) : []),
  ];
}

function nameProblems(id: string): Problem[] {
  const { length } = id.slice(id.indexOf('/') + 1);
  if (length <= LONGEST_NAME) return [];
  return [
    wrong(id, 'id', `${length} letters after the slash: a group that starts by itself has ${LONGEST_NAME} at most`),
  ];
}

function offsetProblems({ id, time_zone }: CourierGroup): Problem[] {
  if (!/^[+-]/.test(time_zone)) return [];
  return [wrong(id, 'time_zone', `${JSON.stringify(time_zone)} is an offset: expected a zone such as Europe/Berlin`)];
}

function arrivalProblems({ id, couriers }: CourierGroup, configuration: Configuration): Problem[] {
  if (couriers.some(({ courier }) => configuration.find('courier', courier)?.type === 'folder')) return [];
  return [wrong(id, 'start_on_arrival', 'no courier of this group reads the inbox: expected one of the type folder')];
}

function cronProblems(id: string, schedule: string): Problem[] {
  const refused = refusal(
    () => awsCron(schedule),
    (message) =>
      wrong(
        id,
        'schedule',
        `${JSON.stringify(schedule)} is no schedule: ${message}; expected five fields such as 0 5 * * *`,
      ),
  );
  if (refused.length > 0 || nextSlot({ cron: schedule, timeZone: 'UTC' }, new Date(0))) return refused;
  return [wrong(id, 'schedule', `${JSON.stringify(schedule)} never comes: expected a day that some year has`)];
}

function refusal(check: () => unknown, tell: (message: string) => Problem): Problem[] {
  try {
    check();
    return [];
  } catch (cause) {
    if (!(cause instanceof TributaryError)) throw cause;
    return [tell(cause.message)];
  }
}

function missing(
  id: string,
  path: string,
  kind: 'feed' | 'courier' | 'connection' | 'ingest-query',
  target: string,
  configuration: Configuration,
): Problem[] {
  if (configuration.find(kind, target)) return [];
  const others = configuration.all(kind).map((document) => document.id);
  return [wrong(id, path, `no ${kind} ${target}: there is ${others.length > 0 ? others.join(', ') : 'none yet'}`)];
}

function unloadedFeeds(configuration: Configuration): Problem[] {
  const loaded = new Set(configuration.all('courier').flatMap((courier) => courier.loads.map((load) => load.feed)));
  return configuration
    .all('feed')
    .filter((feed) => !loaded.has(feed.id))
    .map((feed) => doubtful(feed.id, '', 'no courier loads this feed, so that its table stays empty'));
}
