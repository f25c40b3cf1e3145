import { recordName } from '../core/contracts/record-key.ts';
import type { LevelShift, ListedModel, ModelTrial, ShownModel } from '../core/contracts/stitch-models.ts';
import { bold, dim } from './colours.ts';
import { count, counted, percent } from './figures.ts';
import { factsText, tableText } from './table-text.ts';

/** Models one under the other, with what became of each. */
export function modelsText(models: readonly ListedModel[]): string {
  if (models.length === 0) return 'no model was trained yet: the first run of a courier group trains one by itself';
  return tableText(
    ['model', 'trained (UTC)', 'records', 'state', 'why', 'decided by', 'reason'],
    models.map(({ id, trained_at, records, state, why, decision }) => [
      id,
      trained_at.slice(0, 16).replace('T', ' '),
      records,
      state,
      why,
      decision?.author ?? '',
      decision?.reason ?? '',
    ]),
  );
}

/** One model, with what it would change. */
export function modelText(model: ShownModel): string {
  const { id, state, why, records, trained_at, decision, trial } = model;
  const decided = decision && `${decision.verdict} by ${decision.author} at ${decision.at}: ${decision.reason}`;
  const again = `to go back to it: tributary stitch try-model ${id} shows first what it would change`;
  const head = `${bold(id)}  ${state}, trained at ${trained_at} on ${counted(records, 'record')}: ${why}`;
  const next = `to take it: tributary stitch accept-model ${id} --reason …\nto give it up: tributary stitch discard-model ${id} --reason …`;
  return [
    [head, ...(decided ? [decided] : [])].join('\n'),
    ...(trial ? trialTexts(trial) : []),
    ...(state === 'candidate' ? [dim(next)] : []),
    ...(state === 'former' ? [dim(again)] : []),
  ].join('\n\n');
}

function trialTexts({ against, drift, effect }: ModelTrial): string[] {
  const { pairs, crossing, bad_values, clean_sources } = drift;
  const { changes, people, jitter } = effect;
  const facts = factsText([
    ['compared with the model of', against || 'an earlier version'],
    [
      'accepted pairs that change',
      `${percent(pairs.changed)}: ${count(pairs.gained)} gained, ${count(pairs.lost)} lost, of ${count(pairs.accepted)}`,
    ],
    ['bad values', gainedAndLost(bad_values, ({ semantic, value }) => `${semantic} ${value}`)],
    ['clean sources', gainedAndLost(clean_sources, (source) => source)],
    ['people', people],
    [
      'ids',
      `${changes.added} new, ${changes.merged} merged, ${changes.split} split, ${changes.deleted} gone, ${changes.unchanged} as before`,
    ],
    ['records with another id', count(changes.moved_records)],
    ['of all, though they say what they said', percent(jitter)],
  ]);
  const pairRows = crossing.map(({ one, other, before, after }) => [
    recordName(one),
    recordName(other),
    before.toFixed(2),
    after.toFixed(2),
  ]);
  return [
    facts,
    ...(drift.shifts.length === 0
      ? ['no weight is another than before']
      : [tableText(['field', 'level', 'weight before', 'after'], drift.shifts.map(weightCells))]),
    ...(pairRows.length === 0 ? [] : [tableText(['pairs that change', 'and', 'score before', 'after'], pairRows)]),
  ];
}

const weightCells = ({ field, level, before, after }: LevelShift) => [field, level, bits(before), bits(after)];
const bits = (weight: number | null) => (weight === null ? '' : weight.toFixed(2));

/** Named up to here. */
const NAMED = 5;

function gainedAndLost<Item>(of: { gained: Item[]; lost: Item[] }, name: (item: Item) => string): string {
  const some = (items: Item[], what: string) =>
    items.length === 0
      ? []
      : [
          `${count(items.length)} ${what} (${items.slice(0, NAMED).map(name).join(', ')}${items.length > NAMED ? ', …' : ''})`,
        ];
  return [...some(of.gained, 'gained'), ...some(of.lost, 'lost')].join(', ') || 'the same';
}
