/** Accepted pairs alike in this: by field 0 where no rule of the field could find them, 1 where one could and none did, 2 where one did. */
export interface Capture {
  fields: Uint8Array;
  pairs: number;
}

/** What blocking is thought to have missed, of the pairs that would be accepted if they met. */
export interface Missed {
  /** Pairs that no rule brought together. */
  pairs: number;
  /** How many of them were compared all the same, as others brought their people together. */
  joined: number;
  /** What is left, of all that would be accepted; 0 to 1. */
  share: number;
  /** Fields that would find most of them if all records had one, the most helpful first. */
  fields: { field: string; pairs: number }[];
}

/** Of so many fields it is told how they would help. */
const HELPFUL = 3;

/**
 * Estimates the pairs that no rule found from how the rules of different fields (e-mail, phone, birth date …) find the same
 * ones, as animals caught once and twice tell how many were never caught. With z_i pairs found by field i alone and f₂ by
 * exactly two fields, Σ z_i·z_j / (f₂ + 1) over all i < j are missing: with two fields that is Lincoln and Petersen's estimate
 * in Chapman's form (1951), with more Chao's for lists that find differently many (1989, Biometrics 45). It is right where
 * fields fail independently, however well each works. Where some pairs are harder to find than others by all fields at once,
 * it is too low (Chao 1987, Biometrics 43): rules of several fields want three letters of the given name. Pairs are
 * taken apart by the fields that both records have (Sekar and Deming 1949), as one without a phone says nothing of how well
 * phones find; of pairs with one field nothing can be estimated, and they add nothing.
 */
export function missedPairs(captures: readonly Capture[], fields: readonly string[], joined: number): Missed {
  const strata = strataOf(captures, fields.length);
  const missing = strata.reduce((sum, stratum) => sum + unseen(stratum), 0);
  const found = strata.reduce((sum, stratum) => sum + stratum.pairs, 0);
  const left = Math.max(0, missing - joined);
  const helpful = fields.map((field, i) => ({ field, pairs: Math.round(gain(strata, i)) }));
  return {
    pairs: Math.round(missing),
    joined,
    share: left === 0 ? 0 : left / (found + missing),
    fields: helpful
      .filter(({ pairs }) => pairs > 0)
      .sort((one, other) => other.pairs - one.pairs)
      .slice(0, HELPFUL),
  };
}

/** Pairs that could be found by the same fields. */
interface Stratum {
  open: readonly boolean[];
  pairs: number;
  /** By field, pairs that it found alone. */
  alone: number[];
  twice: number;
  /** By field, pairs that others found, and how many of these it found too. */
  byOthers: number[];
  again: number[];
}

function strataOf(captures: readonly Capture[], width: number): Stratum[] {
  const strata = new Map<string, Stratum>();
  for (const { fields, pairs } of captures) {
    const open = Array.from(fields, (state) => state > 0);
    const zeros = () => new Array<number>(width).fill(0);
    const fresh = { open, pairs: 0, alone: zeros(), twice: 0, byOthers: zeros(), again: zeros() };
    const stratum = strata.get(open.join()) ?? fresh;
    strata.set(open.join(), stratum);
    add(stratum, fields, pairs);
  }
  return [...strata.values()];
}

function add(stratum: Stratum, fields: Uint8Array, pairs: number): void {
  const finding = fields.reduce((sum, state) => sum + (state === 2 ? 1 : 0), 0);
  if (finding === 0) return;
  stratum.pairs += pairs;
  if (finding === 2) stratum.twice += pairs;
  fields.forEach((state, field) => {
    const own = state === 2;
    if (own && finding === 1) stratum.alone[field] = (stratum.alone[field] ?? 0) + pairs;
    if (finding > (own ? 1 : 0)) stratum.byOthers[field] = (stratum.byOthers[field] ?? 0) + pairs;
    if (own && finding > 1) stratum.again[field] = (stratum.again[field] ?? 0) + pairs;
  });
}

function unseen({ alone, twice }: Stratum): number {
  const all = alone.reduce((sum, pairs) => sum + pairs, 0);
  const squares = alone.reduce((sum, pairs) => sum + pairs * pairs, 0);
  return (all * all - squares) / 2 / (twice + 1);
}

/** Missing pairs that a field would find if both records had it: as often as it finds, where they have it, what others find. */
function gain(strata: readonly Stratum[], field: number): number {
  const sum = (of: (stratum: Stratum) => number, open: boolean) =>
    strata.reduce((total, stratum) => total + (stratum.open[field] === open ? of(stratum) : 0), 0);
  const others = sum((stratum) => stratum.byOthers[field] ?? 0, true);
  if (others === 0) return 0;
  return (sum(unseen, false) * sum((stratum) => stratum.again[field] ?? 0, true)) / others;
}
