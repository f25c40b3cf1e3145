import type { StitchSettings } from '../../contracts/customer360.ts';
import type { StitchRule } from '../../contracts/stitch-rules.ts';
import type { Part, Rule } from '../blocking/rule.ts';
import type { Comparison } from '../comparisons/comparison.ts';
import { profileColumns, type Shape } from '../records/shape.ts';

/** Of the settings what says who is one person beside the evidence. */
export type Verdicts = Pick<StitchSettings, 'key_priority' | 'rules' | 'remaining'>;

/** The name of the comparison whose level is the rule of one's own that decides. */
export const OWN_RULES = 'rules';

/** The column of a tag. */
export const columnOf = (tag: string): string => tag.replaceAll('-', '_');

/** `rule 2: separate when values differ of birthdate`. */
export function ruleText(rule: StitchRule, place: number): string {
  const [action, when] = 'cluster' in rule ? ['cluster', rule.cluster] : ['separate', rule.separate];
  const of = 'of' in rule ? ` of ${rule.of.join(' and ')}` : '';
  return `rule ${place + 1}: ${action} when ${when.replaceAll('-', ' ')}${of}`;
}

/** The place of the rule that decides a row of levels; undefined when none of them is true. */
export function ruleOf(comparisons: readonly Comparison[]): (levels: Uint8Array) => number | undefined {
  const field = comparisons.findIndex(({ name }) => name === OWN_RULES);
  if (field < 0) return () => undefined;
  return (levels) => {
    const level = levels[field] ?? 0;
    return level === 0 ? undefined : level - 2;
  };
}

/** What a rule says of the two. */
export const says = (rule: StitchRule | undefined): 'together' | 'apart' =>
  rule !== undefined && 'cluster' in rule ? 'together' : 'apart';

/** Whether two records that a rule joins share all of its values, so that these bring them together. */
export const sharesValues = (rule: StitchRule): rule is Extract<StitchRule, { cluster: 'values-match' }> =>
  'cluster' in rule && rule.cluster === 'values-match';

/** So many records that share a rule's values meet at the most, as with a foreign key (reference §3.5). */
const CAP = 1000;

/** Two records that a rule joins must meet first: a blocking rule for each that asks for equal values. */
export function meetingRules(rules: readonly StitchRule[], shape: Shape): Rule[] {
  const present = new Set([...shape.columns, ...profileColumns(shape)]);
  return rules.flatMap((rule, place) => {
    if (!sharesValues(rule) || !rule.of.every((tag) => present.has(columnOf(tag)))) return [];
    const parts = rule.of.map((tag): Part => ({ column: PLACES[columnOf(tag)] ?? columnOf(tag) }));
    return [{ name: `rule-${place + 1}`, parts, cap: CAP, ...severalOf(rule.of, shape) }];
  });
}

/** As profiles name what keys are made of. */
const PLACES: Readonly<Record<string, string>> = { birthdate: 'dob', address: 'place' };

/** A rule about e-mail or phone alone brings together by each that a record has. */
function severalOf(tags: readonly string[], { emails, phones }: Shape): Pick<Rule, 'several'> {
  if (tags.length > 1) return {};
  if (tags[0] === 'email' && emails.length > 1) return { several: 'emails' };
  return tags[0] === 'phone' && phones.length > 1 ? { several: 'phones' } : {};
}
