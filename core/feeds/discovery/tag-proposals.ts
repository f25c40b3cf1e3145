import { type ColumnFacts, share } from './column-facts.ts';
import { evidenceNames, ROLE, SOMEBODY_ELSE, spelledOut, tagsNamed, transactionNames } from './tag-names.ts';

export interface TagProposal {
  tag: string;
  /** 0 to 1. */
  confidence: number;
  because: string;
}

/** Confidence from which a proposal is taken into the feed. */
export const TAKEN = 0.5;

/** What values of a tag look like: the test, and how sure its share alone makes, names aside. */
const VALUE_SIGNS: Record<string, { test: string; alone: number; said: string }> = {
  email: { test: 'e-mail', alone: 0.9, said: 'e-mail addresses' },
  phone: { test: 'phone', alone: 0, said: 'phone numbers' },
  postal: { test: 'postal', alone: 0, said: 'postal codes' },
  state: { test: 'state', alone: 0.6, said: 'states' },
  gender: { test: 'gender', alone: 0.6, said: 'genders' },
  title: { test: 'title', alone: 0.6, said: 'titles' },
  'generational-suffix': { test: 'generation', alone: 0.6, said: 'generations' },
};

/** Proposed tags of a column, best first, from its name and from its values. */
export function proposeTags(facts: ColumnFacts): TagProposal[] {
  if (facts.examples.some((example) => /^[[{]/.test(example))) return [];
  const proposals = [...byName(facts), ...byValues(facts), ...evidence(facts)].map((proposal) =>
    weighed(proposal, facts),
  );
  const best = new Map<string, TagProposal>();
  for (const proposal of proposals) {
    const kept = best.get(proposal.tag);
    if (kept === undefined || kept.confidence < proposal.confidence) best.set(proposal.tag, proposal);
  }
  return [...best.values()].sort((one, other) => other.confidence - one.confidence || (one.tag < other.tag ? -1 : 1));
}

function byName(facts: ColumnFacts): TagProposal[] {
  const column = spelledOut(facts.column);
  const because = `the field is called ${facts.field}`;
  const items = transactionNames.filter(({ names }) => names.test(column));
  return [
    ...tagsNamed(facts).map(({ tag, confidence }) => ({ tag, confidence, because })),
    // Taken only when the whole of a transaction is there: see `settleTransactions`.
    ...items.map(({ tag }) => ({ tag, confidence: 0.4, because })),
  ];
}

function byValues(facts: ColumnFacts): TagProposal[] {
  const signs = Object.entries(VALUE_SIGNS).flatMap(([tag, { test, alone, said }]) => {
    const part = share(facts, test);
    return part >= 0.8 && alone > 0 && !isConstant(facts)
      ? [{ tag, confidence: alone * part, because: `${percent(part)} of the values are ${said}` }]
      : [];
  });
  const marked = share(facts, 'marked phone');
  if (marked >= 0.8)
    signs.push({
      tag: 'phone',
      confidence: 0.55,
      because: `${percent(marked)} of the values are written as phone numbers`,
    });
  for (const [tag, test] of [
    ['given-name', 'given name'],
    ['surname', 'surname'],
  ] as const) {
    const part = share(facts, test);
    if (part >= 0.25)
      // Beside a name of the field that speaks of names, it is enough.
      signs.push({
        tag,
        confidence: /name/.test(facts.column) ? 0.55 : 0.35,
        because: `${percent(part)} of the values are common ${test}s`,
      });
  }
  signs.push(...wholeNames(facts));
  if (share(facts, 'street') >= 0.7)
    signs.push({
      tag: 'address',
      confidence: 0.55,
      because: `${percent(share(facts, 'street'))} of the values are streets with a number`,
    });
  return signs;
}

/** Of a whole name in a field that is called otherwise. By its values alone it counts only where no other field holds names. */
export const UNNAMED = 0.58;

function wholeNames(facts: ColumnFacts): TagProposal[] {
  const column = spelledOut(facts.column);
  const areVarious = facts.distinct >= facts.filled / 5;
  if (share(facts, 'words of a name') < 0.8 || !areVarious || SOMEBODY_ELSE.test(column)) return [];
  if (ROLE.test(column))
    return [{ tag: 'full-name', confidence: 0.65, because: `the field is called ${facts.field} and holds names` }];
  const personal = share(facts, 'personal words');
  if (personal < 0.25) return [];
  const because = `${percent(personal)} of the values have words of people's names`;
  return [{ tag: 'full-name', confidence: UNNAMED, because }];
}

function evidence({ field, column }: ColumnFacts): TagProposal[] {
  const found = evidenceNames.find(({ names }) => names.test(spelledOut(column)));
  if (found === undefined) return [];
  const tag = `evidence-${column.replaceAll('_', '-')}`;
  return [
    { tag, confidence: found.confidence, because: `${field} tells people apart, and no profile tag stands for it` },
  ];
}

/** What no name of a person passes. */
const NO_NAMES = ['Float', 'like a day', 'like an instant', 'word of truth'];

/** A name that its values contradict counts for little. */
function weighed(proposal: TagProposal, facts: ColumnFacts): TagProposal {
  const sign = VALUE_SIGNS[proposal.tag];
  const numbers = Math.max(...NO_NAMES.map((test) => share(facts, test)));
  if (/^(given-name|surname|full-name)$/.test(proposal.tag) && numbers >= 0.5)
    return {
      ...proposal,
      confidence: 0.3,
      because: `${proposal.because}, but ${percent(numbers)} of the values are no names`,
    };
  if (facts.filled === 0)
    return {
      ...proposal,
      confidence: Math.min(proposal.confidence, 0.3),
      because: `${proposal.because}, but it is empty`,
    };
  if (sign === undefined || !['email', 'gender', 'phone'].includes(proposal.tag)) return proposal;
  const part = share(facts, sign.test) + (proposal.tag === 'gender' ? share(facts, 'code of a sex') : 0);
  if (part >= 0.5) return proposal;
  return {
    ...proposal,
    confidence: 0.3,
    because: `${proposal.because}, but only ${percent(part)} of the values are ${sign.said}`,
  };
}

const isConstant = (facts: ColumnFacts): boolean => facts.distinct <= 1;
export const percent = (part: number): string => `${part < 1 ? Math.floor(part * 1000) / 10 : 100} %`;
