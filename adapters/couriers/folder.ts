import { z } from 'zod';
import type { Courier } from '../../core/contracts/sources.ts';
import { problems } from '../../core/environments/documents.ts';
import { InvalidInput } from '../../core/errors.ts';
import type { CourierSource } from '../../core/ports.ts';
import type { CourierContext } from './registry.ts';

/** `path`: the folder, in the tenant's inbox unless it is absolute, which only a laptop has. */
const Settings = z.strictObject({ path: z.string().default('.') });

/** Files of a folder of the tenant's inbox, wherever its home keeps that. */
export function folderCourier(courier: Courier, context: CourierContext): CourierSource {
  const parsed = Settings.safeParse(courier.settings);
  if (!parsed.success) throw new InvalidInput(`${courier.id} settings: ${problems(parsed.error)}`);
  return context.openFolder(parsed.data.path, courier.id);
}

/** The folder that a courier reads; undefined of one of another type, or whose settings are refused. */
export function folderPathOf(courier: Courier): string | undefined {
  return courier.type === 'folder' ? Settings.safeParse(courier.settings).data?.path : undefined;
}
