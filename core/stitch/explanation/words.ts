import type {
  Counterfactual,
  EvidenceHop,
  EvidencePiece,
  MatchExplanation,
  PairExplanation,
  WhyApart,
} from '../../contracts/explanation.ts';
import { type RecordKey, recordName } from '../../contracts/record-key.ts';
import { OWN_RULES } from '../model/own-rules.ts';

/** So many records are named where there may be many. */
const KEYS_SHOWN = 4;

/** The first of some keys, and how many there are. */
export function keysText(keys: readonly RecordKey[], count = keys.length): string {
  const shown = keys.slice(0, KEYS_SHOWN).map(recordName).join(', ');
  return count > KEYS_SHOWN || count > keys.length ? `${shown} and others, ${count} in all` : shown;
}

const COMPARED: Record<EvidenceHop['match_type'], string> = {
  scored: 'met by a rule that does not bring them together any more',
  scored_transitive: 'met by no rule: compared since they are of one component',
  trivial_duplicate: 'they say the same in everything, so that one stands for both',
  label: 'a label says that they are one person',
};

/** How the run came to compare two records. */
export const metText = ({ rules, match_type }: EvidenceHop): string =>
  rules.length > 0 && match_type !== 'label' ? `met by ${rules.join(', ')}` : COMPARED[match_type];

export const outcomeText: Record<WhyApart['rules'][number]['outcome'], string> = {
  met: 'met',
  missing: 'a key is missing',
  differ: 'keys differ',
  'too common': 'the same key, which too many share',
};

/** Vetoes that aren't fields. */
const VETOES: Readonly<Record<string, string>> = { keys: 'a separation key', rules: 'a rule' };

/** What decided about a pair by itself. */
export function decisionText({ veto, category }: PairExplanation): string {
  if (veto === undefined) return category;
  return veto === 'no rule' ? 'joined by no rule' : `kept apart by ${VETOES[veto] ?? veto}`;
}

/** `without email JO@X.COM`, and the records that it is about. */
export function pieceText({ field, values, records, change, equal_to }: EvidencePiece): {
  what: string;
  where: string;
} {
  const name = field === 'source' ? 'the clean source' : field;
  const from = values.join(' or ');
  const equal = `with ${name} ${equal_to}${from === '' ? '' : ` instead of ${from}`}`;
  return { what: change === 'away' ? `without ${name} ${from}` : equal, where: `in ${keysText(records)}` };
}

/** What the search for pieces came to. */
export function foundText({ single, combination, tried, as_run }: Counterfactual): string {
  const pieces = (count: number) => `${count} ${count === 1 ? 'piece' : 'pieces'} of evidence`;
  if (single.length > 0) return `each by itself, of ${pieces(tried)}:`;
  if (combination.length > 0) return `none of ${pieces(tried)} by itself, but ${combination.length} of them together:`;
  if (tried > 0) return `none of ${pieces(tried)} by itself, and no few of them together`;
  return as_run ? 'nothing that could be thought away' : 'nothing was tried';
}

/** How it was found out. */
export function checkedText({ records, complete, as_run }: Counterfactual): string {
  const which = `${complete ? 'all ' : ''}${records} ${records === 1 ? 'record' : 'records'} that are connected with the two`;
  const gave = as_run ? 'gives the people of the run' : 'does not give the people of the run';
  return `each is checked by computing ${which} once more; computing them as they are ${gave}`;
}

/** The same question the other way round, and how it is asked, where that one tells more. */
export function hintOf({ one, other, same_person, together, apart }: MatchExplanation): Hint | undefined {
  const command = `tributary stitch explain ${recordName(one)} ${recordName(other)}`;
  if (same_person && !together) return { question: 'They are one person. Why, and what would part them:', command };
  if (same_person || apart) return undefined;
  return { question: 'Why they are apart, and what would join them:', command: `${command} --not` };
}

interface Hint {
  question: string;
  command: string;
}

/** Bits with their sign, as they stand in a sum. */
export const bitsText = (bits: number): string => `${bits <= -0.005 ? '−' : '+'}${Math.abs(bits).toFixed(2)}`;

/** The steps from the odds of two records taken at random to those of a pair, without fields that neither has. */
export function stepsOf({ prior, evidence, household, weight }: PairExplanation): Step[] {
  const said = evidence.filter(
    ({ field, level, one, other }) => one !== null || other !== null || (field === OWN_RULES && level !== 'missing'),
  );
  return [
    { name: '(at random)', one: '', other: '', level: '', weight: prior, total: prior },
    ...said.map(({ field, one, other, ...rest }) => ({ name: field, one: one ?? '', other: other ?? '', ...rest })),
    { name: '(household)', one: '', other: '', level: '', weight: household, total: weight },
  ];
}

export interface Step {
  name: string;
  one: string;
  other: string;
  level: string;
  /** Bits, and the sum up to here. */
  weight: number;
  total: number;
}
