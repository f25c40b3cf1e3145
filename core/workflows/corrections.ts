import type { Correction, CorrectionApplied, CorrectionRequest } from '../contracts/corrections.ts';
import { recordName } from '../contracts/record-key.ts';
import type { Run } from '../contracts/runs.ts';
import { RunRequest } from '../contracts/runs.ts';
import { contentHash } from '../environments/canonical.ts';
import { Configuration } from '../environments/configuration.ts';
import { ConfigurationStore } from '../environments/configuration-store.ts';
import { headConfiguration } from '../environments/load-configuration.ts';
import { labelContradiction } from '../environments/stitch-settings.ts';
import { Conflict, InvalidInput } from '../errors.ts';
import { ampIdsOf } from '../queries/amp-ids.ts';
import { readPublished } from '../queries/published-reader.ts';
import type { Warehouse } from '../sql/port.ts';
import { type LaunchPlace, launchRun } from './launch.ts';

/** Where people are corrected. */
export type CorrectionPlace = LaunchPlace & { warehouse: Warehouse };

/**
 * Keeps what somebody says of two records, and starts the run that applies it. `NotFound` of records that were never stitched;
 * `InvalidInput` when it can not hold beside what was said before; `Conflict` when that was said before.
 */
export async function correct(
  place: CorrectionPlace,
  request: CorrectionRequest,
  author: string,
): Promise<CorrectionApplied> {
  const { says, one, other, reason } = request;
  if (recordName(one) === recordName(other)) {
    throw new InvalidInput(`both records are ${recordName(one)}: expected two`);
  }
  const configuration = await headConfiguration(place.objects);
  refuseRepetition(configuration, request);
  const [first, second] = await readPublished(place, (reader) => ampIdsOf(reader, [one, other]));
  const at = place.clock().toISOString();
  const said = { says, one, other, reason, author, at };
  const correction: Correction = { id: `correction/${correctionName(said)}`, ...said };
  const run = await commitAndRun(place, configuration, correction, author);
  return { correction, amp_ids: { one: first, other: second }, run };
}

/** Takes a correction back, and starts the run that applies this. It stays in the configuration, with who took it back. */
export async function undoCorrection(
  place: LaunchPlace,
  id: string,
  { reason }: { reason: string },
  author: string,
): Promise<CorrectionApplied> {
  const configuration = await headConfiguration(place.objects);
  const correction = configuration.get('correction', id);
  const { undone } = correction;
  if (undone) throw new Conflict(`${id} was undone by ${undone.author} at ${undone.at}: ${undone.reason}`);
  const changed = { ...correction, undone: { reason, author, at: place.clock().toISOString() } };
  return { correction: changed, run: await commitAndRun(place, configuration, changed, author) };
}

/** Such as `20261123-101530-07b4f2`: in the order of their making. */
function correctionName(said: Omit<Correction, 'id'>): string {
  const [day, time] = said.at.split(/[T.]/);
  return `${day?.replaceAll('-', '')}-${time?.replaceAll(':', '')}-${contentHash(said).slice(0, 6)}`;
}

function refuseRepetition(configuration: Configuration, { says, one, other }: CorrectionRequest): void {
  const pair = [recordName(one), recordName(other)].sort().join(' ');
  const known = configuration
    .all('correction')
    .find(
      (each) =>
        !each.undone && each.says === says && pair === [recordName(each.one), recordName(each.other)].sort().join(' '),
    );
  if (known) throw new Conflict(`${known.author} said so at ${known.at} already: ${known.id}, ${known.reason}`);
}

async function commitAndRun(
  place: LaunchPlace,
  configuration: Configuration,
  correction: Correction,
  author: string,
): Promise<Run> {
  const documents = [...configuration.documents().filter(({ id }) => id !== correction.id), correction];
  const found = labelContradiction(new Configuration('', documents));
  if (found !== undefined) {
    throw new InvalidInput(`this can not hold beside what was said before: ${found}; undo one of those first`);
  }
  const courier_group = groupOf(configuration);
  const store = new ConfigurationStore(place.objects);
  const { reason } = correction.undone ?? correction;
  const message = `${correction.undone ? 'Undo' : 'Make'} ${correction.id}: ${reason}`;
  await store.commit(await store.version(configuration.version), documents, { author, at: place.clock(), message });
  return launchRun(place, RunRequest.parse({ courier_group, people_only: true }), author);
}

/** Runs are of a courier group; one that pulls nothing may be of any. */
export function groupOf(configuration: Configuration): string {
  const [group] = configuration.all('courier-group');
  if (group) return group.id;
  throw new InvalidInput('there is no courier group that a run could be of: add one to the configuration first');
}
