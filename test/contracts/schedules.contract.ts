import { CronerSchedules } from '../../adapters/schedules/croner.ts';
import { schedulesContract } from './schedules.ts';

schedulesContract('timers of this process', async () => {
  const schedules = new CronerSchedules(() => undefined);
  const held = async () =>
    Object.fromEntries([...schedules.next()].map(([group, time]) => [group, time?.toISOString() ?? 'never']));
  return { schedules, held };
});
