import type { RunRequest } from '../contracts/runs.ts';
import type { CourierGroup } from '../contracts/sources.ts';
import type { CourierPlan } from '../contracts/steps.ts';
import type { Configuration } from '../environments/configuration.ts';
import { addDays, dayIn } from '../feeds/calendar.ts';
import type { DateRange } from '../feeds/fileset.ts';

type Member = CourierGroup['couriers'][number];

/** What each courier of a group pulls in a run. */
export function planCouriers(configuration: Configuration, request: RunRequest, asOf: Date): CourierPlan[] {
  const group = configuration.get('courier-group', request.courier_group);
  const from = request.range_from ?? null;
  const to = request.range_to ?? (from === null ? null : addDays(from, 1));
  // Files of days that are over are not late, they are missing; waiting would hold up other runs.
  const isOver = to !== null && to <= today(group, asOf);
  return group.couriers.map((member) => {
    const period = { from: from && addDays(from, -member.offset_days), to: to && addDays(to, -member.offset_days) };
    return {
      courier: configuration.get('courier', member.courier).id,
      ...period,
      looks_at: from === null ? looksAt(group, member, asOf) : period,
      wait: isOver ? 0 : member.wait,
      stop_when_missing: member.stop_when_missing,
      notify_when_missing: member.notify_when_missing,
      skip_missing: request.skip_missing,
    };
  });
}

/** Dates of the files that a run without dates looks for: from as far back as the group looks, to as late as the courier's offset lets. */
export function looksAt(group: CourierGroup, { offset_days }: Member, asOf: Date): DateRange {
  const last = addDays(today(group, asOf), -offset_days);
  return {
    from: group.lookback_days === undefined ? null : addDays(last, -group.lookback_days),
    to: offset_days === 0 ? null : addDays(last, 1),
  };
}

const today = ({ file_dates_in_time_zone, time_zone }: CourierGroup, asOf: Date): string =>
  dayIn(file_dates_in_time_zone ? time_zone : 'UTC', asOf);
