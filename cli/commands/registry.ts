import type { Command } from 'commander';
import { addApply } from './apply.ts';
import { addConnection } from './connection.ts';
import { addDiscover } from './discover.ts';
import { addExport } from './export.ts';
import { addPerson } from './person.ts';
import { addPgp } from './pgp.ts';
import { addPlan } from './plan.ts';
import { addQuarantine } from './quarantine.ts';
import { addQuery } from './query.ts';
import { addRun } from './run.ts';
import { addRuns } from './runs.ts';
import { addSchedule } from './schedule.ts';
import { addSftp } from './sftp.ts';
import { addStart } from './start.ts';
import { addStitch } from './stitch.ts';
import { addTables } from './tables.ts';
import { addTenant } from './tenant.ts';
import { addUser } from './user.ts';
import { addValidate } from './validate.ts';

/** Every command, in the order that help lists them. */
export const commands: readonly ((program: Command) => void)[] = [
  addStart,
  addRun,
  addRuns,
  addSchedule,
  addQuery,
  addTables,
  addPerson,
  addStitch,
  addQuarantine,
  addDiscover,
  addValidate,
  addExport,
  addPlan,
  addApply,
  addConnection,
  addTenant,
  addUser,
  addSftp,
  addPgp,
];
