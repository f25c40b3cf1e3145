import { type Command, InvalidArgumentError } from 'commander';
import type { ScheduleView } from '../../core/contracts/schedules.ts';
import { action } from '../action.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../options.ts';
import { schedulesText, scheduleText } from '../schedule-text.ts';

/** `tributary schedule list|next|pause|resume`. */
export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('see when courier groups start by themselves and what they missed; pause and resume them')
    .addHelpText('after', examples('schedule', 'schedule next daily --count 10', 'schedule pause daily'));
  schedule
    .command('list', { isDefault: true })
    .description('every schedule: its next run, whether it is paused, what it missed last')
    .addHelpText('after', examples('schedule list', 'schedule list --json'))
    .action(
      action(async ({ client, environment }) => {
        const { data } = await client.get<{ data: ScheduleView[] }>(`${await environment()}/schedules`);
        return { data, text: schedulesText(data) };
      }),
    );
  schedule
    .command('next <group>')
    .description('one schedule: its next runs, and the slots that it missed')
    .option('--count <runs>', 'next runs', wholeNumber, 5)
    .addHelpText('after', examples('schedule next daily', 'schedule next daily --count 20 --json'))
    .action(
      action<{ count: number }>(async ({ client, options: { count }, args: [group], environment }) => {
        const view = await client.get<ScheduleView>(`${await environment()}/schedules/${nameOf(group)}`, { count });
        return { data: view, text: scheduleText(view) };
      }),
    );
  addPauses(schedule);
}

function addPauses(schedule: Command): void {
  schedule
    .command('pause <group>')
    .description('start no run of a courier group by its schedule; neither configuration nor deployment changes')
    .option('--until <instant>', 'resume by itself then (default: when it is resumed)', instant)
    .addHelpText('after', examples('schedule pause daily', 'schedule pause daily --until 2026-12-01T06:00:00Z'))
    .action(
      action<{ until?: string }>(async ({ client, options: { until }, args: [group], environment }) => {
        const path = `${await environment()}/schedules/${nameOf(group)}/pause`;
        const view = await client.post<ScheduleView>(path, until === undefined ? {} : { until });
        return { data: view, text: scheduleText(view) };
      }),
    );
  schedule
    .command('resume <group>')
    .description('start runs of a courier group by its schedule again, at the slots that come')
    .addHelpText('after', examples('schedule resume daily'))
    .action(
      action(async ({ client, args: [group], environment }) => {
        const view = await client.post<ScheduleView>(`${await environment()}/schedules/${nameOf(group)}/resume`);
        return { data: view, text: scheduleText(view) };
      }),
    );
}

/** `daily` of `courier-group/daily`, which is how documents are known elsewhere. */
const nameOf = (group = ''): string => encodeURIComponent(group.replace(/^courier-group\//, ''));

function instant(text: string): string {
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Expected an instant such as 2026-12-01T06:00:00Z, or a day.');
  return at.toISOString();
}
