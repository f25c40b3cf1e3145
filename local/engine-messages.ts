import type { DiscoverOptions, FileReadRequest } from '../core/feeds/port.ts';
import type { StitchRequest } from '../core/stitch/port.ts';

/** A request without what can't cross to another process. */
export type Sendable<T> = Omit<T, 'signal' | 'progress' | 'counted'>;

/** What the engine's process is asked to do. */
export type EngineCall =
  | { call: 'read'; request: Sendable<FileReadRequest> }
  | { call: 'discover'; request: { path: string; name: string } & Omit<DiscoverOptions, 'signal'> }
  | { call: 'stitch'; request: Sendable<StitchRequest> }
  | { call: 'try model'; request: Sendable<StitchRequest> & { previous: string } }
  | { call: 'stitch changes'; request: Sendable<StitchRequest> & { previous: string } };

/** What it says while it works, and at the end. */
export type EngineAnswer =
  | { type: 'progress'; stage: string; done: number; total?: number }
  | { type: 'result'; value: unknown }
  | { type: 'error'; name: string; message: string; data: Record<string, unknown> };
