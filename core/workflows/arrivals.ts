import type { Courier } from '../contracts/sources.ts';
import type { Configuration } from '../environments/configuration.ts';
import { headConfiguration } from '../environments/load-configuration.ts';
import { completeSets, type DateRange, fewOf, matchFileset, missingFiles } from '../feeds/fileset.ts';
import type { ObjectStore, Services } from '../ports.ts';
import { looksAt } from './courier-plans.ts';
import type { LaunchPlace } from './launch.ts';
import { isLanded, readSeen } from './seen-files.ts';
import { type SelfStart, startByItself } from './self-start.ts';

const anyDate = { from: null, to: null };

/** Courier groups that start on arrival and pull this file; `folderOf` tells the prefix of a courier's files, if the inbox holds them. */
export function groupsStartedBy(
  configuration: Configuration,
  key: string,
  folderOf: (courier: Courier) => string | undefined,
): string[] {
  const pulls = (id: string): boolean => {
    const courier = configuration.get('courier', id);
    const folder = folderOf(courier);
    if (folder === undefined || !key.startsWith(folder)) return false;
    const file = { name: key.slice(folder.length), bytes: 0, modified: '' };
    return matchFileset(courier.files, [file], anyDate).length > 0;
  };
  return configuration
    .all('courier-group')
    .filter((group) => group.start_on_arrival && group.couriers.some(({ courier }) => pulls(courier)))
    .map(({ id }) => id);
}

/**
 * Starts a run of a courier group after files arrived, if it would go well and not in vain: no file is missing that would stop
 * it, and something is there that was not landed before.
 */
export async function startOnArrival(
  place: LaunchPlace & Pick<Services, 'courier'>,
  courierGroup: string,
): Promise<SelfStart> {
  const configuration = await headConfiguration(place.objects);
  const group = configuration.find('courier-group', courierGroup);
  if (!group?.start_on_arrival) return { left: 'it does not start on arrival any more' };
  let isNew = false;
  for (const member of group.couriers) {
    const courier = configuration.get('courier', member.courier);
    // Only what is in the inbox can have arrived: other places are asked by the run.
    if (courier.type !== 'folder') continue;
    const { missing, fresh } = await look(place, courier, looksAt(group, member, place.clock()));
    if (missing.length > 0 && member.stop_when_missing) return { left: `${member.courier} lacks ${fewOf(missing)}` };
    isNew ||= fresh > 0;
  }
  if (!isNew) return { left: 'no complete set of files is new' };
  return startByItself(place, courierGroup);
}

/** What a run would find at a courier's source. */
async function look(
  { objects, courier: open }: { objects: ObjectStore } & Pick<Services, 'courier'>,
  courier: Courier,
  dates: DateRange,
) {
  const matches = matchFileset(
    courier.files,
    await open(courier).list(courier.files, new AbortController().signal),
    dates,
  );
  const seen = await readSeen(objects, courier.id);
  return {
    missing: missingFiles(courier.files, matches, anyDate),
    fresh: completeSets(courier.files, matches, anyDate).filter((match) => !isLanded(seen, match)).length,
  };
}
