import type { Estimate } from '../../contracts/stitch-quality.ts';
import { exactInterval } from './proportions.ts';

/** What people said of the sample of a stratum. */
export interface Tally {
  /** Whether its pairs are of one person, by Stitch. */
  joined: boolean;
  /** How many pairs the stratum has. */
  pairs: number;
  same: number;
  different: number;
}

/** Share of the pairs of a stratum that is of one person, its interval exact; undefined without an answer. */
export function onePersonShare({ pairs, same, different }: Tally): Estimate | undefined {
  const looked = same + different;
  if (looked === 0) return undefined;
  return { value: same / looked, ...exactInterval({ found: same, looked, population: pairs }) };
}

interface Share extends Estimate {
  joined: boolean;
  pairs: number;
}

/**
 * Precision and recall over pairs, from a random sample of each stratum. Precision is the stratified estimate of a share;
 * recall is the ratio of two stratified totals, Σ joined / (Σ joined + Σ parted). Intervals of the strata are combined by
 * MOVER, the square-and-add of their two halves (Zou and Donner 2008; under stratified sampling Tang 2021,
 * arXiv:2110.12636), of the ratio in Fieller's form: so no end leaves 0 to 1, and none is too narrow because no error was
 * seen. Undefined while a stratum that counts has no answer.
 */
export function precisionAndRecall(tallies: readonly Tally[]): { precision?: Estimate; recall?: Estimate } {
  const [joined, parted] = [sharesOf(tallies, true), sharesOf(tallies, false)];
  if (joined === undefined || joined.length === 0) return {};
  const precision = precisionOf(joined);
  return parted === undefined ? { precision } : { precision, recall: recallOf(joined, parted) };
}

/** Undefined when a stratum with pairs has no answer. */
function sharesOf(tallies: readonly Tally[], joined: boolean): Share[] | undefined {
  const strata = tallies.filter((tally) => tally.joined === joined && tally.pairs > 0);
  const shares = strata.flatMap((tally) => {
    const share = onePersonShare(tally);
    return share ? [{ ...share, joined, pairs: tally.pairs }] : [];
  });
  return shares.length === strata.length ? shares : undefined;
}

function precisionOf(joined: readonly Share[]): Estimate {
  const pairs = joined.reduce((sum, stratum) => sum + stratum.pairs, 0);
  return combined(joined, (stratum) => stratum.pairs / pairs);
}

function recallOf(joined: readonly Share[], parted: readonly Share[]): Estimate {
  const strata = [...joined, ...parted];
  /** Above 0 as long as the recall is above `recall`. */
  const contrast = (recall: number) =>
    combined(strata, (stratum) => (stratum.joined ? 1 - recall : -recall) * stratum.pairs);
  const total = (shares: readonly Share[]) => shares.reduce((sum, { pairs, value }) => sum + pairs * value, 0);
  const [right, missed] = [total(joined), total(parted)];
  return {
    // Where nobody is one person, nothing is missed.
    value: right + missed === 0 ? 1 : right / (right + missed),
    low: zeroOf((recall) => contrast(recall).low),
    high: zeroOf((recall) => contrast(recall).high),
  };
}

/** A weighted sum of shares; of each its interval gives the end that pulls the sum down, and the one that pulls it up. */
function combined(shares: readonly Share[], weightOf: (share: Share) => number): Estimate {
  let [value, below, above] = [0, 0, 0];
  for (const share of shares) {
    const weight = weightOf(share);
    const [down, up] = [share.value - share.low, share.high - share.value];
    value += weight * share.value;
    below += (weight * (weight > 0 ? down : up)) ** 2;
    above += (weight * (weight > 0 ? up : down)) ** 2;
  }
  return { value, low: value - Math.sqrt(below), high: value + Math.sqrt(above) };
}

/** Halvings: the last is finer than a double. */
const STEPS = 60;

/** Where a function that falls from 0 to 1 crosses zero; the nearer end when it doesn't. */
function zeroOf(falling: (at: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
