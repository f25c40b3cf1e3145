/** Moments are whole seconds since 1970, UTC. A delivery holds what happened up to the end of its day. */
export const day = 86_400;

const firstDay = Date.UTC(2026, 9, 1) / 1000;

/** End of the nth delivery's day. */
export const endOf = (delivery: number): number => firstDay + (delivery + 1) * day;

/** The delivery that something at this moment is first in. */
export const deliveryOf = (moment: number): number => Math.max(0, Math.floor((moment - firstDay) / day));

/** `2026-10-01` of the first delivery, and so on. */
export const dateOf = (delivery: number): string => isoDate(firstDay + delivery * day);

export const moment = (year: number, month = 1, dayOfMonth = 1): number => Date.UTC(year, month - 1, dayOfMonth) / 1000;

export const isoDate = (at: number): string => isoTime(at).slice(0, 10);

/** `2026-10-01T08:30:00Z` */
export const isoTime = (at: number): string => `${new Date(at * 1000).toISOString().slice(0, 19)}Z`;

/** `10/01/2026`, from an ISO date. */
export const slashDate = (iso: string): string => `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`;

/** `10/01/2026 08:30:00`, as the tills' clock shows it: UTC−6 the whole year. */
export function slashTime(at: number): string {
  const local = isoTime(at - 6 * 3600);
  return `${slashDate(local)} ${local.slice(11, 19)}`;
}
