import { type Entry, type Group, printArgs, same } from './entry.ts';

/** The largest or smallest of several values; NULL when any is. */
const extreme =
  (name: string): Entry =>
  (call, printer) => {
    const args = printArgs(call, printer, 1, 50);
    const missing = args.map((arg) => `${arg} IS NULL`).join(' OR ');
    return `(CASE WHEN ${missing} THEN NULL ELSE ${name}(${args.join(', ')}) END)`;
  };

export const conditions: Group = {
  coalesce: same('coalesce', 1, 200),
  nullif: same('nullif', 2),
  greatest: extreme('greatest'),
  least: extreme('least'),
  try: (call, printer) => `TRY(${printArgs(call, printer, 1)})`,
  grouping: same('grouping', 1, 20),
};
