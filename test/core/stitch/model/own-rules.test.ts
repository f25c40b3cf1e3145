import { describe, expect, test } from 'vitest';
import { StitchSettings } from '../../../../core/contracts/customer360.ts';
import { comparisonsOf } from '../../../../core/stitch/comparisons/registry.ts';
import { explainPair } from '../../../../core/stitch/explanation/explain.ts';
import { decisionText } from '../../../../core/stitch/explanation/words.ts';
import type { StitchModel } from '../../../../core/stitch/model/model.ts';
import { shapeOf } from '../../../../core/stitch/records/shape.ts';

const columns = ['given_name', 'surname', 'birthdate', 'email', 'postal'];
/** A model to which nothing says anything, so that only rules decide. */
const model: StitchModel = {
  version: 4,
  columns,
  settings: '',
  ...{ profiles: 0, records: 0, input: { records: null, settings: '', labels: [] }, prior: -1, household: -100 },
  comparisons: comparisonsOf(shapeOf(columns)).map(({ name }) => ({ name, levels: [] })),
  rules: [],
  cleanSources: [],
};
const settingsWith = (settings: object) => StitchSettings.parse({ id: 'stitch/default', ...settings });
const refusal = (rule: object) => StitchSettings.safeParse({ id: 'stitch/default', rules: [rule] }).error?.message;
const [one, other] = [
  { given_name: 'ADA', surname: 'KING', birthdate: '1980-02-03', postal: '12345' },
  { given_name: 'ADA', surname: 'KONG', birthdate: '1955-11-24', postal: '12345' },
];

describe('a rule', () => {
  test.each([
    [
      'a tag that Stitch does not compare',
      { cluster: 'values-match', of: ['txn-item/order-id'] },
      /order-id.*expected a tag that Stitch compares/,
    ],
    [
      'likeness of what is equal or not',
      { separate: 'values-significantly-differ', of: ['gender'] },
      /gender.*values can be alike/,
    ],
    ['another word', { separate: 'different-hats' }, /different-hats.*is no rule: expected .*incompatible-names/],
    ['no tag', { cluster: 'values-match', of: [] }, /rules/],
  ])('about %s is refused, with what there is', (_what, rule, message) => {
    expect(refusal(rule)).toMatch(message);
  });

  test('is named by the explanation of a pair that it decides', () => {
    const rules = [{ cluster: 'values-match', of: ['email'] }, { separate: 'different-birthdates' }];
    const told = explainPair(one, other, model, { verdicts: settingsWith({ rules }) });
    expect(told).toMatchObject({ score: 0, veto: 'rules' });
    expect(told.evidence.at(-1)).toMatchObject({
      field: 'rules',
      level: 'rule 2: separate when different birthdates',
      weight: 0,
    });
    expect(decisionText(told)).toBe('kept apart by a rule');
  });

  test('may be about a value that is no evidence of its own', () => {
    const rules = [{ cluster: 'values-match', of: ['postal', 'given-name'] }];
    expect(explainPair(one, other, model, { verdicts: settingsWith({ rules }) })).toMatchObject({
      score: 5,
      category: 'exact',
    });
  });
});

test('where the model is not asked, records that no rule joins are told so', () => {
  const told = explainPair(one, other, model, { verdicts: settingsWith({ remaining: 'none' }) });
  expect(decisionText(told)).toBe('joined by no rule');
});
