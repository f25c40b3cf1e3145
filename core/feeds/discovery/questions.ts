import type { Feed } from '../../contracts/sources.ts';
import { share } from './column-facts.ts';
import type { Measured } from './propose.ts';
import type { Settling } from './settle-tags.ts';
import { percent, TAKEN } from './tag-proposals.ts';

/** What a person must settle, as sentences. */
export function questionsOf(measured: Measured, settled: readonly Settling[], feed: Feed): string[] {
  return [
    ...keyQuestions(measured),
    ...(measured.unreadable === 0
      ? []
      : [
          `${measured.unreadable} ${measured.unreadable === 1 ? 'record' : 'records'} can't be read and would go to quarantine; is this the whole file?`,
        ]),
    ...settled.flatMap(dateQuestions),
    ...settled.flatMap(nearlyTyped),
    ...measured.compositions.flatMap(({ question, facts }) => question?.(facts) ?? []),
    ...(measured.flattened?.lists ?? []).map(
      (list) =>
        `${list} holds a list in each row and is kept as JSON text; should each of its elements be a row of a feed of its own?`,
    ),
    ...settled.flatMap(tagQuestions),
    ...sharedKeyQuestions(settled),
    ...(feed.last_updated === undefined
      ? ['No column says when a row changed, so a row that comes later replaces an earlier one; is that right?']
      : []),
  ];
}

function keyQuestions({ keys, rows }: Measured): string[] {
  if (rows === 0)
    return ['The file has no rows, so that types, tags and the key are guessed by names; is there another?'];
  const [best] = keys;
  if (best === undefined || best.uniqueness === 1) return [];
  const kept = Math.round(best.uniqueness * rows);
  const unique = keys.filter(({ uniqueness }) => uniqueness === 1).map(({ columns }) => columns.join(' with '));
  const why =
    unique.length === 0
      ? 'No column or pair of columns is unique'
      : `Nothing is unique but ${unique.join(' and ')}, whose values change`;
  return [
    `${why}: with ${best.columns.join(' and ')} as the key ${kept} of ${rows} rows would be kept, which is right if the others are copies or older states of these; what identifies a row?`,
  ];
}

function dateQuestions({ facts, decided }: Settling): string[] {
  const [other] = decided.ambiguous;
  if (other === undefined) return [];
  return [
    `Every value of ${facts.field}, such as ${facts.examples[0] ?? ''}, can be read as ${decided.patterns[0] ?? 'MM/dd/yyyy'} and as ${other}; which is it?`,
  ];
}

/** Columns that a few values keep from being of a narrower type. */
function nearlyTyped({ facts, decided, proposals, partOf }: Settling): string[] {
  if (decided.type !== 'String' || proposals.length > 0 || partOf !== undefined) return [];
  const near = [
    'Integer',
    'Decimal',
    'Datetime',
    ...[...facts.passed.keys()].filter((test) => test.startsWith('Date ')),
  ];
  const test = near.find((name) => share(facts, name) >= 0.95 && share(facts, name) < 1);
  if (test === undefined) return [];
  return [
    `${percent(share(facts, test))} of the values of ${facts.field} are of type ${test.replace('Date ', 'Date, written ')}, the others are not, so it stays a String; should the others go to quarantine instead?`,
  ];
}

function tagQuestions({ facts, proposals }: Settling): string[] {
  const [best] = proposals;
  if (best === undefined || best.confidence >= TAKEN || best.confidence < 0.35 || best.tag.startsWith('txn-item/'))
    return [];
  return [`Is ${facts.field} the ${best.tag} of a person? (${best.because})`];
}

/** A customer number links tables only when they number customers alike, which no single file can tell. */
function sharedKeyQuestions(settled: readonly Settling[]): string[] {
  return settled
    .filter(({ facts }) =>
      /^(customer|cust|client|member|user|account|loyalty)_?(id|no|number|key)$/.test(facts.column),
    )
    .map(
      ({ facts }) =>
        `Does another table have the same numbers as ${facts.field}? Then tag it fk-[name] in both, so that their rows are joined.`,
    );
}
