import { type Comparison, DIFFER, equalLevels, MISSING } from './comparison.ts';
import { oneReplaced } from './similarity.ts';

const DAY = 86_400_000;

export const birthdate: Comparison = {
  name: 'birthdate',
  levels: [
    { name: 'within a year' },
    { name: 'within a month' },
    { name: 'two of year, month and day equal' },
    { name: 'one digit off or day and month swapped' },
  ],
  equal: { column: 'dob', bands: 12 },
  household: false,
  conflict: true,
  grade(context) {
    const dates = context.profiles.column('dob');
    const equal = equalLevels(this, context);
    const [mine, theirs] = [dates.spans(), dates.spans()];
    const { year, month, day, days } = parts(
      Array.from({ length: dates.dictionary.size }, (_, i) => dates.dictionary.text(i)),
    );
    return (a, b) => {
      const [l, r] = [dates.code(a), dates.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r) return equal[l] ?? DIFFER;
      const [years, months, monthDays] = [year[l] === year[r], month[l] === month[r], day[l] === day[r]];
      if ((years && month[l] === day[r] && day[l] === month[r]) || oneReplaced(mine(l), theirs(r))) return 5;
      if (Number(years) + Number(months) + Number(monthDays) === 2) return 4;
      const apart = Math.abs((days[l] ?? 0) - (days[r] ?? 0));
      if (apart <= 31) return 3;
      return apart <= 366 ? 2 : DIFFER;
    };
  },
};

/** Dates as `1980-02-29`, by year, month, day, and days since 1970. */
function parts(dates: readonly string[]) {
  const numbers = (read: (date: string) => number) => Int32Array.from(dates, read);
  return {
    year: numbers((date) => Number(date.slice(0, -6))),
    month: numbers((date) => Number(date.slice(-5, -3))),
    day: numbers((date) => Number(date.slice(-2))),
    days: numbers((date) => Math.round(Date.parse(date) / DAY)),
  };
}
