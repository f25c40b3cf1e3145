import { TimerSchedules } from '../../adapters/schedules/timers.ts';
import { schedulesContract } from './schedules.ts';

schedulesContract('timers of this process', async () => {
  const schedules = new TimerSchedules(() => undefined);
  const held = async () =>
    Object.fromEntries([...schedules.next()].map(([group, time]) => [group, time?.toISOString() ?? 'never']));
  return { schedules, held };
});
