import { z } from 'zod';
import { Conflict } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { canonicalJson } from './canonical.ts';
import { readJson } from './json-objects.ts';

const leaseKey = 'leases/environment.json';
/** A lease that is not renewed, since its holder died without letting go, is free after this long. */
const lifetimeMs = 24 * 3_600_000;

/** `token` grows with every new holder, so that a late writer can be told from the present one. */
const Lease = z.object({ holder: z.string().nullable(), token: z.number().int(), until: z.string() });

/** Takes the right to change an environment's tables for a run, or `Conflict` naming the run that has it. Taking it twice is taking it once. */
export async function takeLease(objects: ObjectStore, runId: string, now: Date): Promise<number> {
  const held = await readJson(objects, leaseKey, Lease);
  if (held?.value.holder === runId) {
    await renewLease(objects, runId, now);
    return held.value.token;
  }
  if (held?.value.holder && held.value.until > now.toISOString()) {
    throw new Conflict(
      `run ${held.value.holder} is changing this environment: this run starts when that one has ended`,
      {
        data: { behind: held.value.holder },
      },
    );
  }
  const token = (held?.value.token ?? 0) + 1;
  const lease = { holder: runId, token, until: endOf(now) };
  await objects.put(leaseKey, canonicalJson(lease), held ? { ifMatch: held.etag } : { ifNoneMatch: '*' });
  return token;
}

/** Keeps the lease for a run that goes on, if it is the holder. */
export async function renewLease(objects: ObjectStore, runId: string, now: Date): Promise<void> {
  const held = await readJson(objects, leaseKey, Lease);
  if (held?.value.holder !== runId) return;
  // Who lost against another change was the holder no longer, or has been renewed.
  await objects
    .put(leaseKey, canonicalJson({ ...held.value, until: endOf(now) }), { ifMatch: held.etag })
    .catch((cause) => {
      if (!(cause instanceof Conflict)) throw cause;
    });
}

const endOf = (now: Date): string => new Date(now.getTime() + lifetimeMs).toISOString();

/** Lets go, if the run is the holder. */
export async function releaseLease(objects: ObjectStore, runId: string): Promise<void> {
  const held = await readJson(objects, leaseKey, Lease);
  if (held?.value.holder !== runId) return;
  await objects.put(leaseKey, canonicalJson({ ...held.value, holder: null }), { ifMatch: held.etag });
}
