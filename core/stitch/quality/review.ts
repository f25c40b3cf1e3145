import type { QualityEstimates, ReviewAnswer, ReviewSample, SampledPair } from '../../contracts/stitch-quality.ts';
import { onePersonShare, precisionAndRecall } from './estimates.ts';
import { holdsOf } from './strata.ts';

type Stratum = ReviewSample['strata'][number];
/** What counts of each pair, by its id. */
export type Answers = ReadonlyMap<string, Pick<ReviewAnswer, 'verdict'>>;

/** The last that was said of each pair. Answers come in the order in which they were given. */
export const standing = (answers: readonly ReviewAnswer[]): ReadonlyMap<string, ReviewAnswer> =>
  new Map(answers.map((answer) => [answer.pair, answer]));

/**
 * What was said of a stratum: of its pairs in their order, up to the first that nobody was asked about. What was said of
 * later ones may have been asked for in another run, where it was another stratum's, or picked by hand: it counts as soon as
 * the gap is closed. What comes before the gap is a random sample wherever the gap is (Haldane 1945).
 */
function tallyOf({ joined, pairs, sample }: Stratum, answers: Answers) {
  const tally = { joined, pairs, same: 0, different: 0, unsure: 0 };
  for (const { id } of sample) {
    const answer = answers.get(id);
    if (answer === undefined) break;
    tally[answer.verdict] += 1;
  }
  return tally;
}

/** How right a run is, by the answers about the pairs of its sample. Who was unsure said nothing. */
export function estimatesOf({ strata, left_out }: ReviewSample, answers: Answers): QualityEstimates {
  const tallies = strata.map((stratum) => ({ name: stratum.name, ...tallyOf(stratum, answers) }));
  const total = (verdict: ReviewAnswer['verdict']) => tallies.reduce((sum, tally) => sum + tally[verdict], 0);
  const { precision = null, recall = null } = precisionAndRecall(tallies);
  return {
    answers: { same: total('same'), different: total('different'), unsure: total('unsure') },
    precision,
    recall,
    strata: tallies.map((tally) => ({
      ...tally,
      holds: holdsOf(tally.name),
      one_person: onePersonShare(tally) ?? null,
    })),
    left_out,
  };
}

interface NextPair {
  stratum: string;
  joined: boolean;
  pair: SampledPair;
}

/** Answers that each stratum is to have before those go on in which they are worth most. */
const FLOOR = 5;

/**
 * The next pairs to ask about. First each stratum gets a few; then the one in which another answer narrows the estimates
 * most: so numbers of answers come near N·S (Neyman 1934), S being what the answers so far say of the spread, with one of
 * each kind added (Laplace) so that a stratum without an error is not taken for one that can't have any.
 */
export function nextPairs({ strata }: ReviewSample, answers: Answers, count: number): NextPair[] {
  const asked = new Map(answers);
  const queues = strata.map((stratum) => new Queue(stratum, asked));
  const next: NextPair[] = [];
  while (next.length < count) {
    const queue = queues.reduce((best, one) => (one.worth() > best.worth() ? one : best));
    const pair = queue.take();
    if (pair === undefined) break;
    next.push({ stratum: queue.name, joined: queue.joined, pair });
  }
  return next;
}

/** What is yet to be asked of one stratum. */
class Queue {
  readonly name: string;
  readonly joined: boolean;
  readonly #stratum: Stratum;
  /** Standard deviation of the answers. */
  readonly #spread: number;
  readonly #waiting: SampledPair[];
  /** Those who were unsure too: where many are, asking on would bring little. */
  #asked: number;

  constructor(stratum: Stratum, answers: Answers) {
    const { same, different, unsure } = tallyOf(stratum, answers);
    this.name = stratum.name;
    this.joined = stratum.joined;
    this.#stratum = stratum;
    this.#asked = same + different + unsure;
    const share = (same + 1) / (same + different + 2);
    this.#spread = Math.sqrt(share * (1 - share));
    this.#waiting = stratum.sample.filter(({ id }) => !answers.has(id));
  }

  /** By how much another answer lowers the variance of the totals; nothing when all were asked. */
  worth(): number {
    if (this.#waiting.length === 0) return -1;
    if (this.#asked < FLOOR) return Number.MAX_VALUE / (this.#asked + 1);
    return (this.#stratum.pairs * this.#spread) ** 2 / (this.#asked * (this.#asked + 1));
  }

  take(): SampledPair | undefined {
    this.#asked += 1;
    return this.#waiting.shift();
  }
}
