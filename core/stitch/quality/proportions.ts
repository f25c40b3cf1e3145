/** Chance that each end of an interval leaves out: together a twentieth, so intervals are of 95 %. */
const TAIL = 0.025;

/** A sample without replacement, and what was found in it. */
export interface Sampled {
  /** Members with the property among those looked at. */
  found: number;
  looked: number;
  population: number;
}

/**
 * The exact 95 % interval of how large a share of a finite population has a property (Buonaccorsi 1987): the shares under
 * which as much, or as little, as was found is not too unlikely. Hypergeometric, so a sample that is the population has an
 * interval of no width; Clopper and Pearson's where the population is endless. It never covers less often than it says,
 * which Wilson's does by far where a property is rare (Brown, Cai and DasGupta 2001).
 */
export function exactInterval({ found, looked, population }: Sampled): { low: number; high: number } {
  const [fewest, most] = [found, population - (looked - found)];
  const atLeast = (members: number) => upperTail({ found, looked, population }, members) > TAIL;
  const atMost = (members: number) => lowerTail({ found, looked, population }, members) > TAIL;
  return {
    low: found === 0 ? 0 : firstThat(atLeast, fewest, most) / population,
    high: found === looked ? most / population : lastThat(atMost, fewest, most) / population,
  };
}

/** The least whole number from `from` to `to` that passes, where all above it do too; `to` does. */
function firstThat(passes: (n: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The largest that passes, where all below it do too; `from` does. */
const lastThat = (passes: (n: number) => boolean, from: number, to: number): number =>
  -firstThat((n) => passes(-n), -to, -from);

/** Chance of finding at least as many, when so many members of the population have the property. */
function upperTail({ found, looked, population }: Sampled, members: number): number {
  let term = chance({ found, looked, population }, members);
  let sum = term;
  for (let x = found; x < Math.min(looked, members); x++) {
    term *= ((members - x) * (looked - x)) / ((x + 1) * (population - members - looked + x + 1));
    sum += term;
  }
  return sum;
}

/** Chance of finding at most as many. */
function lowerTail({ found, looked, population }: Sampled, members: number): number {
  let term = chance({ found, looked, population }, members);
  let sum = term;
  for (let x = found; x > Math.max(0, looked - (population - members)); x--) {
    term *= (x * (population - members - looked + x)) / ((members - x + 1) * (looked - x + 1));
    sum += term;
  }
  return sum;
}

/** Hypergeometric chance of just what was found. Sums of logarithms over the sample hold for populations of any size. */
function chance({ found, looked, population }: Sampled, members: number): number {
  let log = 0;
  for (let i = 0; i < found; i++) log += Math.log((members - i) / (i + 1));
  for (let i = 0; i < looked - found; i++) log += Math.log((population - members - i) / (i + 1));
  for (let i = 0; i < looked; i++) log -= Math.log((population - i) / (i + 1));
  return Math.exp(log);
}
