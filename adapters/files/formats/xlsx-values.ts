const DAY_MS = 86_400_000;
/** Day 60 of Excel is 29 February 1900, which never was: days before it are counted from a day later. */
const [EPOCH_1900, EPOCH_1904, FALSE_LEAP_DAY] = [Date.UTC(1899, 11, 30), Date.UTC(1904, 0, 1), 60];
/** The last day that Excel knows, 31 December 9999. */
const LAST_DAY = 2_958_465;

/** Numbers of the formats that every workbook has and that show a day or a time. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** True of a number format that shows a day or a time of day; `[h]:mm` shows how long something took. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id);
  const shown = code.split(';')[0] ?? '';
  if (/\[(h+|m+|s+)\]/i.test(shown)) return false;
  const letters = shown.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').replace(/general/gi, '');
  return /[ymdhs]/i.test(letters);
}

/** A serial number as a day, a time of day, or both, in ISO 8601; undefined when it is none that Excel shows. */
export function dateText(serial: number, is1904: boolean): string | undefined {
  if (!(serial >= 0 && serial < LAST_DAY + 1)) return undefined;
  const days = is1904 || serial >= FALSE_LEAP_DAY + 1 ? serial : serial + 1;
  // Fractions of a day are binary; what Excel shows is rounded to milliseconds.
  const ms = Math.round(days * DAY_MS) + (is1904 ? EPOCH_1904 : EPOCH_1900);
  const [day = '', time = ''] = new Date(ms)
    .toISOString()
    .replace('Z', '')
    .replace(/\.000$/, '')
    .split('T');
  if (serial < 1) return time;
  return time === '00:00:00' ? day : `${day} ${time}`;
}

/** 0-based place of a cell: `AB12` is in column 27. */
export function columnOfCell(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference.toUpperCase())?.[0] ?? '')
    column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
