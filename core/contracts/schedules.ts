import { z } from 'zod';
import { Instant } from './names.ts';

/** What is done about slots that no run was started at: nothing, one run for all of them, or one run each. */
export const MissedRule = z.enum(['skip', 'run-once', 'run-all']);
export type MissedRule = z.infer<typeof MissedRule>;

/** Slots of a schedule that followed on one another and were missed for one reason, told once. */
export const MissedSlots = z.object({
  first: Instant,
  last: Instant,
  /** How many; of more than some hundred, how many at least. */
  slots: z.number().int().min(1),
  /** `running`: a run of the group was under way, `by`. `late`: nothing was there to start one. */
  because: z.enum(['running', 'late']),
  /** The run that was under way, or that makes up for the slots without having been started for them. */
  by: z.string().optional(),
  /** `owed`: by the group's rule runs are started for them, or one. `covered`: a run that was asked for takes all that there is. */
  outcome: z.enum(['skipped', 'owed', 'covered']),
  noticed_at: Instant,
});
export type MissedSlots = z.infer<typeof MissedSlots>;

/** Who paused a schedule, when, and until when; without `until` it is paused until somebody resumes it. */
export const Pause = z.object({ by: z.string(), at: Instant, until: Instant.optional() });
export type Pause = z.infer<typeof Pause>;

/** What is known of a courier group's schedule beside its document. */
export const ScheduleState = z.object({
  /** What the group's document said when slots were last decided on; another schedule begins anew. */
  cron: z.string(),
  time_zone: z.string(),
  /** Slots up to here are decided on. */
  decided_to: Instant,
  /** Slots whose runs are still to be started, oldest first. */
  owed: z.array(Instant).default([]),
  /** The run that was started last, noted before it is. */
  started: z.object({ slot: Instant, run: z.string(), at: Instant }).optional(),
  paused: Pause.optional(),
  /** Newest first. */
  missed: z.array(MissedSlots).default([]),
});
export type ScheduleState = z.infer<typeof ScheduleState>;

/** A courier group's schedule as people see it. */
export const ScheduleView = z.object({
  courier_group: z.string(),
  schedule: z.string(),
  time_zone: z.string(),
  missed_slots: MissedRule,
  /** Whether it starts runs by itself: in production alone, and not while it is paused. */
  active: z.boolean(),
  paused: Pause.optional(),
  /** The next slots at which a run starts; those of a sandbox or of an open pause are none. */
  next: z.array(Instant),
  owed: z.array(Instant),
  last: z.object({ slot: Instant, run: z.string() }).optional(),
  missed: z.array(MissedSlots),
});
export type ScheduleView = z.infer<typeof ScheduleView>;
