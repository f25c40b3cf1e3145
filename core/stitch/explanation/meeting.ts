import type { WhyApart } from '../../contracts/explanation.ts';
import { Blocks } from '../blocking/blocks.ts';
import type { Part, Rule } from '../blocking/rule.ts';
import { listOf } from '../records/columns.ts';
import type { Profiles } from '../records/profiles.ts';
import type { Resolution } from '../resolve.ts';
import { type Basis, profileOf } from './recompute.ts';

type RuleOutcome = WhyApart['rules'][number];

/** Who met whom, and by which rules. */
export class Meetings {
  readonly #found: Resolution;
  readonly #rules: readonly Rule[];
  readonly #blocks: Blocks;

  constructor(found: Resolution, { model, frozen }: Basis) {
    this.#found = found;
    this.#rules = model.rules;
    this.#blocks = new Blocks(found.collapsed.profiles, this.#rules, frozen.blocks);
  }

  /** The names of the rules that brought two records together. */
  rulesBetween(one: number, other: number): string[] {
    return this.#meeting(one, other).flatMap((rule) => this.#rules[rule]?.name ?? []);
  }

  /** Every rule, the keys that two records have by it, and whether it brought them together. */
  outcomes(one: number, other: number): RuleOutcome[] {
    const { profiles } = this.#found.collapsed;
    const meeting = new Set(this.#meeting(one, other));
    const keysAt = (record: number, rule: Rule) => keysOf(profiles, profileOf(this.#found, record), rule);
    return this.#rules.map((rule, number) => {
      const [mine, theirs] = [keysAt(one, rule), keysAt(other, rule)];
      const outcome = outcomeOf(meeting.has(number), mine, theirs);
      return { rule: rule.name, one: mine.join(', ') || null, other: theirs.join(', ') || null, outcome };
    });
  }

  #meeting(one: number, other: number): number[] {
    return this.#blocks.rulesOf(profileOf(this.#found, one), profileOf(this.#found, other));
  }
}

function outcomeOf(met: boolean, mine: readonly string[], theirs: readonly string[]): RuleOutcome['outcome'] {
  if (met) return 'met';
  if (mine.length === 0 || theirs.length === 0) return 'missing';
  return mine.some((key) => theirs.includes(key)) ? 'too common' : 'differ';
}

/** A profile's keys under a rule, as people read them. */
function keysOf(profiles: Profiles, place: number, { parts, several }: Rule): string[] {
  const list = several === undefined ? undefined : profiles.column(several).text(place);
  if (list !== undefined) return listOf(list);
  const values = parts.map((part) => partText(profiles, place, part));
  return values.includes(undefined) || values.length === 0 ? [] : [values.join(':')];
}

function partText(profiles: Profiles, place: number, part: Part): string | undefined {
  if ('column' in part) return profiles.column(part.column).text(place)?.slice(0, part.letters);
  const both = part.either.map((column) => profiles.column(column).text(place));
  return both.includes(undefined) ? undefined : both.sort().join(':');
}
