import type { ClusterVerdict, PairExplanation, WhyApart } from '../../contracts/explanation.ts';
import { recordName } from '../../contracts/record-key.ts';
import type { Recalled } from './counterfactual.ts';
import { vetoesBetween } from './vetoes.ts';
import { bitsText } from './words.ts';

type Reason = WhyApart['reasons'][number];
type Facts = Pick<WhyApart, 'lacks' | 'met' | 'one_component' | 'cuts'> & { pair: PairExplanation };

/** Why two records are apart, in sentences, the most decisive first. */
export function reasonsOf(asked: Recalled, facts: Facts): Reason[] {
  return [
    ...vetoesBetween(asked, facts.pair).map(({ kind, because }) => reason(kind, because)),
    ...conflict(facts),
    ...weakness(facts),
    ...meeting(facts),
    ...facts.cuts.map(cut),
    ...(facts.one_component
      ? []
      : [reason('different components', 'no chain of accepted pairs leads from one to the other')]),
  ];
}

const reason = (kind: Reason['kind'], because: string): Reason => ({ kind, because });

function conflict({ pair }: Facts): Reason[] {
  if (pair.veto === undefined || ['keys', 'rules', 'no rule'].includes(pair.veto)) return [];
  const field = pair.evidence.find((one) => one.field === pair.veto);
  return [
    reason('conflict', `${pair.veto} differs (${field?.one} and ${field?.other}), and the rest doesn't outweigh that`),
  ];
}

function weakness({ pair, lacks }: Facts): Reason[] {
  if (lacks === 0 || lacks === null) return [];
  return [
    reason(
      'below threshold',
      `compared with each other they weigh ${bits(pair.weight)}, ${lacks.toFixed(2)} less than a pair needs`,
    ),
  ];
}

function meeting({ met, one_component, pair, lacks }: Facts): Reason[] {
  if (met) return [];
  const would = lacks === 0 ? `, though they would be accepted (${bits(pair.weight)}, ${pair.category})` : '';
  const compared = one_component ? 'they could only be compared within their component' : 'they were never compared';
  return [reason('never met', `no rule brought them together, so that ${compared}${would}`)];
}

/** How a chain of accepted pairs was cut. */
function cut({ one, other, link, weight, parted_by }: ClusterVerdict): Reason {
  const pair = `${recordName(link.one)} and ${recordName(link.other)} were accepted (${link.score.toFixed(2)})`;
  const groups = `their people of ${records(one.records)} and ${records(other.records)}`;
  if (parted_by === 'supersized component')
    return reason('supersized component', `${pair}, but their component was too large and divided at weaker links`);
  const because = {
    conflict: `taken as a whole weigh ${bits(weight)}`,
    'separation key': 'are parted by a separation key',
    rule: 'are parted by a rule',
    label: 'are parted by a label',
    'clean source': 'share a source that holds each person once',
  }[parted_by];
  return reason('refinement', `${pair}, but ${groups} ${because}`);
}

const bits = (value: number) => `${bitsText(value)} bits`;
const records = (count: number) => `${count} ${count === 1 ? 'record' : 'records'}`;
