import { z } from 'zod';
import type { Courier } from '../../core/contracts/sources.ts';
import type { CourierSource } from '../../core/feeds/port.ts';
import { type CourierContext, type CourierKind, settingsOf } from './kind.ts';

/** `path`: the folder, in the tenant's inbox unless it is absolute, which only a laptop has. */
const Settings = z.strictObject({ path: z.string().default('.') });

/** Files of a folder of the tenant's inbox, wherever its home keeps that. */
export const folder: CourierKind = { open: folderSource };

export function folderSource(courier: Courier, { openFolder }: Pick<CourierContext, 'openFolder'>): CourierSource {
  return openFolder(settingsOf(Settings, courier).path, courier.id);
}

/** The folder that a courier reads; undefined of one of another type, or whose settings are refused. */
export function folderPathOf(courier: Courier): string | undefined {
  return courier.type === 'folder' ? Settings.safeParse(courier.settings).data?.path : undefined;
}
