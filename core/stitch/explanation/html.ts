import type {
  ClusterVerdict,
  Counterfactual,
  EvidenceHop,
  MatchExplanation,
  PairExplanation,
  WhyApart,
} from '../../contracts/explanation.ts';
import { type RecordKey, recordName } from '../../contracts/record-key.ts';
import { escaped, page, table } from '../reports/report-page.ts';
import {
  bitsText,
  checkedText,
  decisionText,
  foundText,
  hintOf,
  keysText,
  metText,
  outcomeText,
  pieceText,
  type Step,
  stepsOf,
} from './words.ts';

/** Why two records are one person or two, as one page that needs nothing else. Values of records are text, whatever they hold. */
export function explanationHtml(told: MatchExplanation): string {
  const { one, other, same_person, score, together, apart } = told;
  const hint = hintOf(told);
  const facts: [string, string][] = [
    ['records', `${recordName(one)} and ${recordName(other)}`],
    [same_person ? 'one person' : 'two people', same_person ? one.amp_id : `${one.amp_id} and ${other.amp_id}`],
    ['the pair itself scores', `${score.toFixed(2)} of 5`],
  ];
  const body = [
    table(['', ''], facts),
    ...(together ? togetherHtml(together) : apart ? apartHtml(told, apart) : [waterfall(told, one, other)]),
    ...(hint === undefined ? [] : [paragraph(`${hint.question} ${hint.command}`)]),
  ];
  return page(same_person ? 'Why they are one person' : 'Why they are two people', body.join('\n'));
}

const paragraph = (text: string) => `<p>${escaped(text)}</p>`;
const warning = (text: string) => `<p class="warning">${escaped(text)}</p>`;

function togetherHtml({ path, counterfactual }: NonNullable<MatchExplanation['together']>): string[] {
  const way = path.map((hop) => [
    `${recordName(hop.one)} → ${recordName(hop.other)}`,
    hop.published_score.toFixed(2),
    metText(hop),
  ]);
  return [
    '<h2>The path of evidence</h2>',
    path.length === 0
      ? warning('no published pairs lead from one to the other')
      : table(['hop', 'score', 'compared'], way),
    ...path.map(hopHtml),
    turning('What would part them', counterfactual),
  ];
}

function hopHtml(hop: EvidenceHop, at: number): string {
  const title = `${at + 1}. ${recordName(hop.one)} and ${recordName(hop.other)}`;
  const against = hop.vetoes.map((veto) => warning(`against it: ${veto}`)).join('');
  return `<h3>${escaped(title)}</h3>\n${against}${waterfall(hop, hop.one, hop.other)}`;
}

function apartHtml(told: MatchExplanation, { reasons, lacks, rules, cuts, counterfactual }: WhyApart): string[] {
  const lacking = lacks === null || lacks === 0 ? [] : [paragraph(`It lacks ${lacks.toFixed(2)} bits to be accepted.`)];
  return [
    '<h2>Why they are apart</h2>',
    `<ol>${reasons.map(({ kind, because }) => `<li><b>${escaped(kind)}</b>: ${escaped(because)}</li>`).join('')}</ol>`,
    '<h2>Compared with each other</h2>',
    waterfall(told, told.one, told.other),
    ...lacking,
    '<h2>Rules that bring records together</h2>',
    table(
      ['rule', recordName(told.one), recordName(told.other), 'outcome'],
      rules.map(({ rule, one, other, outcome }) => [rule, one ?? '', other ?? '', outcomeText[outcome]]),
    ),
    ...cuts.map(cutHtml),
    turning('What would join them', counterfactual),
  ];
}

function cutHtml({ one, other, link, prior, evidence, household, weight, parted_by }: ClusterVerdict): string {
  const group = ({ records, first }: ClusterVerdict['one']) => `${records}: ${keysText(first, records)}`;
  let total = prior;
  const steps = evidence
    .filter((field) => field.weight !== 0)
    .map((field): Step => {
      total += field.weight;
      return { name: field.field, one: '', other: '', level: '', weight: field.weight, total };
    });
  const bare = { one: '', other: '', level: '' };
  return [
    '<h2>Where refinement parted them</h2>',
    table(
      ['', ''],
      [
        ['linked by', `${recordName(link.one)} and ${recordName(link.other)}, ${link.score.toFixed(2)}`],
        ['one group', group(one)],
        ['the other', group(other)],
        ['parted by', parted_by],
      ],
    ),
    stepsTable(
      ['field', '', '', ''],
      [
        { ...bare, name: '(at random)', weight: prior, total: prior },
        ...steps,
        { ...bare, name: '(household)', weight: household, total: weight },
      ],
      'as one person',
    ),
  ].join('\n');
}

function waterfall(pair: PairExplanation, one: RecordKey, other: RecordKey): string {
  return stepsTable(['field', recordName(one), recordName(other), 'agreement'], stepsOf(pair), decisionText(pair));
}

/** Room that the bars of a waterfall take, in rem. */
const WIDTH = 12;

/** Steps that add up: each bar begins where the last one ended, and the line of zero is between two people and one. */
function stepsTable(heads: readonly string[], steps: readonly Step[], decision: string): string {
  const totals = [0, ...steps.map(({ total }) => total)];
  const [least, most] = [Math.min(...totals), Math.max(...totals)];
  const at = (bits: number) => (WIDTH * (bits - least)) / Math.max(1e-9, most - least);
  const bar = ({ weight, total }: Step) => {
    const [from, to] = [at(Math.min(total, total - weight)), at(Math.max(total, total - weight))];
    const style = `margin-left:${from.toFixed(2)}rem;width:${Math.max(0.1, to - from).toFixed(2)}rem`;
    return weight === 0 ? '' : `<span class="bar ${weight < 0 ? 'bad' : 'good'}" style="${style}"></span>`;
  };
  const cells = (values: readonly string[]) => values.map((value) => `<td>${escaped(value)}</td>`).join('');
  const row = (step: Step) => {
    const numbers = [step.weight, step.total].map((bits) => `<td class="number">${escaped(bitsText(bits))}</td>`);
    return `<tr>${cells([step.name, step.one, step.other, step.level])}${numbers.join('')}<td>${bar(step)}</td></tr>`;
  };
  const sum = steps.at(-1)?.total ?? 0;
  const head = [...heads, 'bits', 'total', ''].map((name) => `<th>${escaped(name)}</th>`).join('');
  const last = `<tr><td><b>together</b></td><td></td><td></td><td>${escaped(decision)}</td><td></td><td class="number"><b>${bitsText(sum)}</b></td><td></td></tr>`;
  return `<table><tr>${head}</tr>${steps.map(row).join('')}${last}</table>`;
}

function turning(title: string, told: Counterfactual): string {
  const pieces = [...told.single, ...told.combination].map((piece) => {
    const { what, where } = pieceText(piece);
    return `<li><b>${escaped(what)}</b> ${escaped(where)}</li>`;
  });
  return [
    `<h2>${escaped(title)}</h2>`,
    paragraph(foundText(told)),
    `<ul>${pieces.join('')}</ul>`,
    paragraph(checkedText(told)),
    ...(told.note === undefined ? [] : [warning(told.note)]),
  ].join('\n');
}
