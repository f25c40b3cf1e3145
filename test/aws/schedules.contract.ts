import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  paginateListSchedules,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterAll, describe, expect, it } from 'vitest';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { EventBridgeSchedules } from '../../adapters/schedules/event-bridge.ts';
import { clockOf, placeOf } from '../../core/contracts/deployment.ts';
import { schedulesContract } from '../contracts/schedules.ts';
import { startEmulator } from './emulator.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const s3 = new S3Client(aws.client);
const client = new SchedulerClient(aws.client);

async function open() {
  const tenant = randomUUID().slice(0, 8);
  const place = placeOf({ stage: 'test', ...aws }, { tenant, environment: 'production' });
  await s3.send(new CreateBucketCommand({ Bucket: place.bucket }));
  await client.send(new CreateScheduleGroupCommand({ Name: place.workgroup }));
  const folder = await mkdtemp(join(tmpdir(), 'schedules-'));
  const objects = new S3Objects({ client: s3, bucket: place.bucket, folder });
  const get = async (Name: string) => client.send(new GetScheduleCommand({ Name, GroupName: place.workgroup }));
  const held = async () => {
    const times: Record<string, string> = {};
    for await (const { Schedules = [] } of paginateListSchedules({ client }, { GroupName: place.workgroup }))
      for (const { Name = '' } of Schedules) {
        const { ScheduleExpression, ScheduleExpressionTimezone } = await get(Name);
        times[`courier-group/${Name}`] = `${ScheduleExpression} ${ScheduleExpressionTimezone}`;
      }
    return times;
  };
  const schedules = new EventBridgeSchedules({ client, clock: clockOf(place), objects });
  return { place, schedules, held, get };
}

schedulesContract('EventBridge Scheduler', open);

const daily = { courierGroup: 'courier-group/daily', cron: '0 5 * * 1-5', timeZone: 'America/New_York' };

describe('a schedule of EventBridge', () => {
  it('calls launch-run for its courier group, in the role of schedules, and tells the dead letters when it can not', async () => {
    const { schedules, get, place } = await open();
    await schedules.set([daily]);
    const { Target, ...schedule } = await get('daily');
    const arn = `${aws.region}:${aws.account}`;
    expect(schedule).toMatchObject({
      GroupName: place.workgroup,
      ScheduleExpression: 'cron(0 5 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'America/New_York',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
    expect(Target).toEqual({
      Arn: `arn:aws:lambda:${arn}:function:${place.workgroup}-launch-run`,
      RoleArn: `arn:aws:iam::${aws.account}:role/${place.workgroup}-schedules`,
      Input: '{"courier_group":"courier-group/daily"}',
      DeadLetterConfig: { Arn: `arn:aws:sqs:${arn}:${place.workgroup}-missed-schedules` },
      RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
    });
  });

  it('is made anew after somebody removed it by hand', async () => {
    const { schedules, held, place } = await open();
    await schedules.set([daily]);
    await client.send(new DeleteScheduleCommand({ Name: 'daily', GroupName: place.workgroup }));
    await schedules.set([daily]);
    expect(Object.keys(await held())).toEqual(['courier-group/daily']);
  });
});
