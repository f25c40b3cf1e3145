import { InvalidInput } from '../errors.ts';

/** A field of a five-field cron: what it is called, and its values in order. Names stand for numbers, as `MON` for 1. */
interface Field {
  called: string;
  from: number;
  to: number;
  names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields = [
  { called: 'minute', from: 0, to: 59 },
  { called: 'hour', from: 0, to: 23 },
  { called: 'day of month', from: 1, to: 31 },
  { called: 'month', from: 1, to: 12, names: MONTHS },
  // Sunday is 0 and 7.
  { called: 'day of week', from: 0, to: 7, names: DAYS },
] as const satisfies readonly Field[];

/**
 * A five-field cron as EventBridge Scheduler says it, such as `cron(0 5 ? * MON-FRI *)` for `0 5 * * 1-5`. `InvalidInput` for
 * what is no cron, and for what would start other runs there than on a laptop: two services agree on numbers, names, lists,
 * ranges and steps only. Each field is written out, so that nothing hangs on how either of them counts a step; that is
 * 238 letters at most, of 256 that AWS takes.
 */
export function awsCron(schedule: string): string {
  const texts = schedule.trim().split(/\s+/);
  if (texts.length !== fields.length) {
    throw new InvalidInput(`it has ${texts.length} fields: expected minute, hour, day of month, month, day of week`);
  }
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = fields.map((field, n) =>
    written(field, texts[n] ?? ''),
  );
  if (texts[2] !== '*' && texts[4] !== '*') {
    throw new InvalidInput(
      `it names days of the month (${texts[2]}) and days of the week (${texts[4]}), which AWS can't tell together: expected * for one of them, and a courier group each where both are meant`,
    );
  }
  const [ofMonth, ofWeek] = texts[4] === '*' ? [days, '?'] : ['?', weekdays];
  return `cron(${[minutes, hours, ofMonth, months, ofWeek, '*'].join(' ')})`;
}

/** The values of a field as numbers and ranges of them; days of the week by name, since AWS counts them otherwise. */
function written(field: Field, text: string): string {
  const isWeekday = field.names === DAYS;
  const chosen = text.split(',').flatMap((part) => valuesOf(field, part));
  const values = [...new Set(isWeekday ? chosen.map((value) => value % 7) : chosen)].sort((a, b) => a - b);
  const all = (isWeekday ? DAYS.length : field.to - field.from + 1) === values.length;
  if (all) return '*';
  const say = (value: number) => (isWeekday ? (DAYS[value] ?? '') : String(value));
  return rangesOf(values)
    .map(([first, last]) => (first === last ? say(first) : `${say(first)}-${say(last)}`))
    .join(',');
}

/** Values of `*`, `5`, `5-9`, and of each of them with a step such as `5-9/2`. */
function valuesOf(field: Field, part: string): number[] {
  const [range = '', step, ...more] = part.split('/');
  const [first = '', last, ...others] = range.split('-');
  const [from, to] =
    range === '*'
      ? [field.from, field.names === DAYS ? 6 : field.to]
      : [numberOf(field, first), last === undefined ? undefined : numberOf(field, last)];
  const by = step === undefined ? 1 : Number(step);
  // A step without an end goes on to the field's.
  const end = to ?? (step === undefined ? from : field.to);
  const isWrong = more.length + others.length > 0 || !/^\d*$/.test(step ?? '1') || by < 1 || end < from;
  if (isWrong) throw unreadable(field, part);
  return Array.from({ length: Math.floor((end - from) / by) + 1 }, (_, n) => from + n * by);
}

function numberOf(field: Field, text: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + (field.names === MONTHS ? 1 : 0);
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.from && value <= field.to) return value;
  throw unreadable(field, text);
}

/** Values that follow on one another, as the first and the last of each row. */
function rangesOf(values: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const value of values) {
    const last = ranges.at(-1);
    if (last && last[1] === value - 1) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges;
}

const unreadable = ({ called, from, to, names }: Field, seen: string): InvalidInput =>
  new InvalidInput(
    `${called} ${JSON.stringify(seen)}: expected numbers from ${from} to ${to}${names ? `, names such as ${names[1]}` : ''}, and *, lists, ranges and steps of them`,
  );
