import type {
  ClusterVerdict,
  Counterfactual,
  EvidenceHop,
  EvidencePiece,
  MatchExplanation,
  PairExplanation,
  WhyApart,
} from '../core/contracts/explanation.ts';
import { type RecordKey, recordName } from '../core/contracts/record-key.ts';
import {
  bitsText,
  checkedText,
  decisionText,
  foundText,
  hintOf,
  metText,
  outcomeText,
  pieceText,
  stepsOf,
} from '../core/stitch/explanation/words.ts';
import { bold, dim, green, red, yellow } from './colours.ts';
import { counted } from './figures.ts';
import { factsText, tableText } from './table-text.ts';

const within = 100;
/** Whoever wants more of them reads them with `--json` or `--html`. */
const [hopsShown, piecesShown] = [12, 10];

/** Why two records are one person or two, for reading. */
export function explanationText(explanation: MatchExplanation): string {
  const told = harmless(explanation);
  const hint = hintOf(told);
  return [verdict(told), ...bodyOf(told), ...(hint === undefined ? [] : [`${hint.question}\n  ${hint.command}`])].join(
    '\n\n',
  );
}

function bodyOf(told: MatchExplanation): string[] {
  const { one, other, together, apart } = told;
  if (together) {
    const hops = together.path.slice(0, hopsShown).map((hop, at) => hopText(hop, at + 1));
    const more = left(together.path.length, hopsShown, 'hop');
    return [pathText(together.path), ...hops, ...more, turningText('What would part them', together.counterfactual)];
  }
  return apart ? apartText(told, apart) : [waterfall(told, one, other)];
}

function verdict({ one, other, same_person, score }: MatchExplanation): string {
  const pair = dim(`the pair itself scores ${score.toFixed(2)} of 5`);
  if (same_person) {
    return `${bold(green('one person'))}: ${one.amp_id}\n  ${recordName(one)}\n  ${recordName(other)}\n${pair}`;
  }
  const who = [one, other].map((record) => `  ${recordName(record)}: ${record.amp_id}`);
  return `${bold(yellow('two people'))}\n${who.join('\n')}\n${pair}`;
}

function pathText(path: readonly EvidenceHop[]): string {
  const [first] = path;
  if (first === undefined) return yellow('no published pairs lead from one to the other');
  const weakest = Math.min(...path.map((hop) => hop.published_score));
  const facts = `${counted(path.length, 'hop')}, the weakest scores ${weakest.toFixed(2)}`;
  const shown = path.slice(0, hopsShown).map((hop) => `→ ${recordName(hop.other)}`);
  const way = [recordName(first.one), ...shown, ...left(path.length, hopsShown, 'hop')];
  return `${bold('The path of evidence')}  ${dim(facts)}\n${way.map((step) => `  ${step}`).join('\n')}`;
}

function hopText(hop: EvidenceHop, number: number): string {
  const { one, other, published_score } = hop;
  const head = bold(
    wrapped(`${number}. ${recordName(one)} and ${recordName(other)}: ${published_score.toFixed(2)} of 5`, '   '),
  );
  const against = hop.vetoes.map((veto) => red(`   against it: ${wrapped(veto, '   ')}`));
  return [head, dim(`   ${wrapped(metText(hop), '   ')}`), ...against, waterfall(hop, one, other)].join('\n');
}

/** The evidence of a pair, added up from the odds of two records taken at random. */
export function waterfall(pair: PairExplanation, one: RecordKey, other: RecordKey): string {
  const rows = stepsOf(pair).map(({ name, one: mine, other: theirs, level, weight, total }) => [
    name,
    mine,
    theirs,
    level,
    bits(weight),
    bits(total),
  ]);
  const decision = pair.veto === undefined ? decisionText(pair) : red(decisionText(pair));
  const sum = [bold('together'), '', '', decision, '', bold(bits(pair.weight))];
  const heads = ['field', recordName(one), recordName(other), 'agreement', '  bits', ' total'];
  return tableText(heads, [...rows, sum], { within });
}

function apartText(told: MatchExplanation, apart: WhyApart): string[] {
  const { reasons, lacks, rules, met, cuts, counterfactual } = apart;
  const because = reasons.map(({ kind, because: text }, at) => {
    const line = wrapped(`${kind}: ${text}`, '     ');
    return `  ${at + 1}. ${line.replace(kind, bold(kind))}`;
  });
  const lacking = lacks === null || lacks === 0 ? '' : dim(`  it lacks ${lacks.toFixed(2)} bits to be accepted`);
  return [
    `${bold('Why they are apart')}\n${because.join('\n')}`,
    `${bold('Compared with each other')}${lacking}\n${waterfall(told, told.one, told.other)}`,
    met ? dim(wrapped(`met by ${rulesMet(rules)}`, '')) : rulesText(told, rules),
    ...cuts.map(cutText),
    turningText('What would join them', counterfactual),
  ];
}

const rulesMet = (rules: WhyApart['rules']) =>
  rules.flatMap(({ rule, outcome }) => (outcome === 'met' ? [rule] : [])).join(', ');

function rulesText({ one, other }: MatchExplanation, rules: WhyApart['rules']): string {
  const rows = rules.map((rule) => [rule.rule, rule.one, rule.other, outcomeText[rule.outcome]]);
  const table = tableText(['rule', recordName(one), recordName(other), 'outcome'], rows, { within });
  return `${bold('No rule brought them together')}\n${table}`;
}

/** How refinement judged two groups that an accepted pair links. */
function cutText({ one, other, link, prior, evidence, household, weight, parted_by }: ClusterVerdict): string {
  const group = ({ records, first: [first] }: ClusterVerdict['one']) =>
    `${counted(records, 'record')}${first === undefined ? '' : `, the first ${recordName(first)}`}`;
  const facts = factsText([
    ['accepted', recordName(link.one)],
    ['and', recordName(link.other)],
    ['score', link.score.toFixed(2)],
    ['one group', group(one)],
    ['the other', group(other)],
    ['parted by', parted_by],
  ]);
  const rows = [
    ['(at random)', bits(prior)],
    ...evidence.flatMap((field) => (field.weight === 0 ? [] : [[field.field, bits(field.weight)]])),
    ['(household)', bits(household)],
    [bold('as one person'), bold(bits(weight))],
  ];
  return `${bold('Where refinement parted them')}\n${facts}\n\n${tableText(['field', '  bits'], rows)}`;
}

function turningText(title: string, turning: Counterfactual): string {
  const found = [...turning.single, ...turning.combination];
  const more = left(found.length, piecesShown, 'piece').map((line) => `  ${line}`);
  const pieces = [...found.slice(0, piecesShown).map(pieceLine), ...more];
  const note = turning.note === undefined ? [] : [yellow(`  ${wrapped(turning.note, '  ')}`)];
  const checked = dim(`  ${wrapped(checkedText(turning), '  ')}`);
  return [`${bold(title)}  ${dim(foundText(turning))}`, ...pieces, checked, ...note].join('\n');
}

function pieceLine(piece: EvidencePiece): string {
  const { what, where } = pieceText(piece);
  return `  • ${wrapped(`${what}, ${where}`, '    ')}`;
}

const left = (count: number, shown: number, what: string): string[] =>
  count > shown ? [dim(`… and ${counted(count - shown, what)} more: --html and --json have all`)] : [];

const bits = (value: number) => bitsText(value).padStart(6);

/** Data may hold control characters, and a terminal would obey them. */
const harmless = (told: MatchExplanation): MatchExplanation =>
  JSON.parse(JSON.stringify(told), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '\ufffd') : value,
  );

/** Lines that fit, later ones indented. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > within - indent.length && line !== '') {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
