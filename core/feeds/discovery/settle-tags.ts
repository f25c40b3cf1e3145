import { tagRule, tagRules } from '../../semantics/registry.ts';
import { fitsColumn } from '../../semantics/tag.ts';
import { type ColumnFacts, share } from './column-facts.ts';
import type { DecidedType } from './column-types.ts';
import { BARE } from './tag-names.ts';
import { TAKEN, type TagProposal, UNNAMED } from './tag-proposals.ts';
import { distanceOf } from './whose.ts';

/** A column with its type and its proposals, while what becomes of them is settled. */
export interface Settling {
  facts: ColumnFacts;
  decided: DecidedType;
  proposals: TagProposal[];
  /** The column that this one is a part of, made by the ingest query. */
  partOf?: string;
}

/** The type that a column's best tag asks for, where its values allow it: numbers of phones are text, births are days. */
export function typeForTag({ decided, proposals, ...rest }: Settling): Settling {
  const best = proposals.find(({ confidence }) => confidence >= TAKEN);
  const rule = best === undefined ? undefined : tagRule(best.tag);
  if (rule?.column === 'string')
    return { ...rest, proposals, decided: { type: 'String', patterns: [], ambiguous: [] } };
  if (rule?.column === 'date' && decided.type === 'Datetime')
    return { ...rest, proposals, decided: { ...decided, type: 'Date' } };
  const fitting = proposals.filter(({ tag }) => {
    const wanted = tagRule(tag);
    return wanted !== undefined && fitsColumn(wanted, decided.type);
  });
  return { ...rest, decided, proposals: fitting };
}

/** Lets each tag stand on one column, the surest and then the first; others get an ordinal where the tag takes one. */
export function oncePerTable(columns: readonly Settling[]): Settling[] {
  const taken = (settling: Settling) => settling.proposals[0];
  const holders = new Map<string, Settling[]>();
  for (const settling of columns) {
    const proposal = taken(settling);
    if (proposal === undefined || proposal.confidence < TAKEN) continue;
    const among = [...(holders.get(proposal.tag) ?? []), settling];
    holders.set(
      proposal.tag,
      among.sort((one, other) => (taken(other)?.confidence ?? 0) - (taken(one)?.confidence ?? 0)),
    );
  }
  return columns.map((settling) => {
    const [first, ...rest] = settling.proposals;
    if (first === undefined) return settling;
    const place = holders.get(first.tag)?.indexOf(settling) ?? -1;
    if (place <= 0) return settling;
    if (tagRule(first.tag)?.ordinals)
      return { ...settling, proposals: [{ ...first, tag: `${first.tag}-${place + 1}` }, ...rest] };
    const because = `${first.because}, but another column fits better`;
    return { ...settling, proposals: [...rest, { ...first, confidence: Math.min(first.confidence, 0.3), because }] };
  });
}

/** Tags that only a person's record has many of. */
const PERSONAL = /^(given-name|surname|email|phone|address|postal|birthdate)$/;

/** A column that is called name, first or last and no more is a person's only beside others of a person; products have names too. */
export function settleNames(columns: readonly Settling[]): Settling[] {
  const best = columns.flatMap(({ proposals: [first] }) => (first && first.confidence >= TAKEN ? [first] : []));
  const parts = new Set(best.filter(isBareName).map(({ tag }) => tag));
  if (best.some((proposal) => PERSONAL.test(proposal.tag) && !isBareName(proposal))) return [...columns];
  if (parts.has('given-name') && parts.has('surname')) return [...columns];
  return weakened(columns, isBareName);
}

/** Tags of which somebody else has the like. */
const ANYBODYS =
  /^(given-name|surname|full-name|email|phone|address2?|city|state|postal|country|birthdate|gender|company)$/;

/**
 * Where a record has a value of the person's own, one of somebody else's is none of theirs: an agent's e-mail beside a client's
 * would make one person of all the agent's clients. Where it has none, a parent's phone is what there is.
 */
export function settleOthers(columns: readonly Settling[]): Settling[] {
  const nearest = new Map<string, number>();
  for (const { facts, proposals } of columns)
    for (const { tag, confidence } of proposals)
      if (confidence >= TAKEN)
        nearest.set(tag, Math.min(distanceOf(facts.column), nearest.get(tag) ?? Number.POSITIVE_INFINITY));
  return weakened(
    columns,
    ({ tag }, { facts }) => ANYBODYS.test(tag) && distanceOf(facts.column) > (nearest.get(tag) ?? 0),
  );
}

/** Where names are that are called so, what only looks like names is somebody else's. */
export function settleUnnamed(columns: readonly Settling[]): Settling[] {
  const isNamed = (proposal: TagProposal | undefined) =>
    proposal !== undefined && NAME.test(proposal.tag) && proposal.confidence >= TAKEN && !isUnnamed(proposal);
  return columns.some(({ proposals: [first] }) => isNamed(first)) ? weakened(columns, isUnnamed) : [...columns];
}

/** What is called a given name or a surname is a whole name where it has several words and no other field has the other part. */
export function settleLoneNames(columns: readonly Settling[]): Settling[] {
  const names = columns.filter(({ proposals: [first] }) => first && NAME.test(first.tag) && first.confidence >= TAKEN);
  const [only, other] = names;
  const [called] = only?.proposals ?? [];
  if (only === undefined || other !== undefined || called === undefined || called.tag === 'full-name')
    return [...columns];
  if (share(only.facts, 'words of a name') < WHOLE_NAMES) return [...columns];
  const whole = { ...called, tag: 'full-name', because: `${called.because}, and holds whole names` };
  return columns.map((settling) => (settling === only ? { ...settling, proposals: [whole] } : settling));
}

/** More than given names of several words are anywhere. */
const WHOLE_NAMES = 0.7;

function weakened(
  columns: readonly Settling[],
  which: (proposal: TagProposal, settling: Settling) => boolean,
): Settling[] {
  return columns.map((settling) => ({
    ...settling,
    proposals: settling.proposals.map((proposal) =>
      which(proposal, settling) ? { ...proposal, confidence: 0.3 } : proposal,
    ),
  }));
}

const NAME = /^(full-name|given-name|surname)$/;
const isUnnamed = ({ tag, confidence }: TagProposal): boolean => tag === 'full-name' && confidence === UNNAMED;
const isBareName = ({ tag, confidence }: TagProposal): boolean => NAME.test(tag) && confidence === BARE;

/** Tags of transactions are sure once a table has every required one and says whose order it is; alone they are refused. */
export function settleTransactions(columns: readonly Settling[]): Settling[] {
  const present = new Set(columns.flatMap(({ proposals }) => proposals.map(({ tag }) => tag)));
  const required = tagRules.filter((rule) => rule.group === 'txn-item' && rule.required).map(({ tag }) => tag);
  const among = [...present].filter((tag) => tag.startsWith('txn-item/')).length;
  if (among < 4)
    return columns.map((settling) => ({
      ...settling,
      proposals: settling.proposals.filter(({ tag }) => !tag.startsWith('txn-item/')),
    }));
  if (![...required, 'txn-item/customer-id'].every((tag) => present.has(tag))) return [...columns];
  return columns.map((settling) => {
    const proposals = settling.proposals.map((proposal) =>
      proposal.tag.startsWith('txn-item/') ? { ...proposal, confidence: 0.96 } : proposal,
    );
    return { ...settling, proposals: proposals.sort((one, other) => other.confidence - one.confidence) };
  });
}
