import { InvalidInput, RefusedSql } from '../errors.ts';
import { date, timestamp } from './quote.ts';

const PRECISION = 3;
const CLOCKS = new Set(['now', 'current_timestamp', 'current_date', 'current_time', 'localtimestamp', 'localtime']);

/** The run's now in place of an engine's clock; remembers whether a query asked. */
export class Clock {
  readonly #asOf: string;
  asked = false;

  constructor(asOf: string) {
    timestamp(asOf);
    if (!asOf.endsWith('Z'))
      throw new InvalidInput(`as of ${asOf}: expected an instant in UTC such as 2026-11-23T10:30:00Z`);
    this.#asOf = asOf;
  }

  /** Whether a function of that name reads the clock. */
  static reads(name: string): boolean {
    return CLOCKS.has(name);
  }

  /** The literal that stands for a clock function; `digits` is the precision it was asked for. */
  read(name: string, digits = PRECISION, zone = ''): string {
    this.asked = true;
    switch (name) {
      case 'current_date':
        return date(this.#asOf.slice(0, 10));
      case 'now':
      case 'current_timestamp':
        return this.#instant(digits, zone);
      case 'localtimestamp':
        return this.#instant(digits, '');
      default:
        throw new RefusedSql(`${name} has no date, so the run's time can't stand for it: expected current_timestamp`);
    }
  }

  #instant(digits: number, zone: string): string {
    const [seconds = '', fraction = ''] = this.#asOf.slice(0, -1).replace('T', ' ').split('.');
    const kept = fraction.padEnd(digits, '0').slice(0, Math.min(digits, 6));
    return `TIMESTAMP '${seconds}${kept === '' ? '' : `.${kept}`}${zone}'`;
  }
}
