import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MatchExplanation } from '../../core/contracts/explanation.ts';
import { explainMatch } from '../../core/queries/explain-match.ts';
import { readPublished } from '../../core/queries/published-reader.ts';
import type { TestApi } from '../support/api.ts';
import { openShop } from '../support/shop.ts';

let api: TestApi;
beforeAll(async () => {
  ({ api } = await openShop());
});
afterAll(() => api.close());

describe('an explanation', () => {
  const explain = (pk1: string, pk2: string, more = '') =>
    `/stitch/explain?datasource1=web_customers&pk1=${pk1}&datasource2=web_customers&pk2=${pk2}${more}`;

  test('says field by field why two records are one person, in bits that add up', async () => {
    const told = await api.ok<MatchExplanation>('GET', explain('1', '2'));
    expect(told).toMatchObject({ same_person: true, one: { pk: '1' }, other: { pk: '2' } });
    const email = told.evidence.find(({ field }) => field === 'email');
    expect(email).toMatchObject({ one: 'ADA@EXAMPLE.COM', other: 'ADA@EXAMPLE.COM' });
    expect(told.evidence.reduce((sum, { weight }) => sum + weight, told.prior + told.household)).toBeCloseTo(
      told.weight,
      6,
    );
  });

  test('says by which pairs two records are one person, and what was computed to find what would part them', async () => {
    const { together, apart } = await api.ok<MatchExplanation>('GET', explain('1', '2'));
    expect(together?.path).toMatchObject([{ one: { pk: '1' }, other: { pk: '2' }, match_type: 'scored' }]);
    expect(together?.counterfactual).toMatchObject({ records: 2, complete: true, as_run: true });
    expect(together?.counterfactual.tried).toBeGreaterThan(2);
    expect(apart).toBeUndefined();
  });

  test('says what keeps two people apart', async () => {
    const told = await api.ok<MatchExplanation>('GET', explain('1', '3'));
    expect(told).toMatchObject({ same_person: false, score: 0, veto: 'given_name' });
    expect([told.together, told.apart]).toEqual([undefined, undefined]);
  });

  test('says when asked why they are two, and what would make them one', async () => {
    const { apart } = await api.ok<MatchExplanation>('GET', explain('1', '3', '&not=true'));
    expect(apart?.reasons[0]).toMatchObject({
      kind: 'conflict',
      because: expect.stringContaining('given_name differs'),
    });
    expect(apart?.counterfactual).toMatchObject({ records: 3, complete: true, as_run: true });
    const { single, combination } = apart?.counterfactual ?? { single: [], combination: [] };
    expect([...single, ...combination]).not.toEqual([]);
  });

  test('says who they are when it is asked the wrong way round', async () => {
    const told = await api.ok<MatchExplanation>('GET', explain('1', '2', '&not=true'));
    expect(told).toMatchObject({ same_person: true });
    expect([told.together, told.apart]).toEqual([undefined, undefined]);
  });

  test('of a component that is too large is about the records nearest to the two, and says so', async () => {
    const access = api.tenant.environment;
    const bounds = { records: 1, nearest: 2 };
    const key = (pk: string) => ({ datasource: 'web_customers', pk });
    const asked = (pk: string, not: boolean) =>
      readPublished({ ...access, clock: () => new Date() }, (reader) =>
        explainMatch({ ...access, clock: () => new Date() }, reader, [key('1'), key(pk)], { not, bounds }),
      );
    const { together } = await asked('2', false);
    expect(together?.path).toHaveLength(1);
    const { apart } = await asked('3', true);
    for (const told of [together, apart]) {
      expect(told?.counterfactual).toMatchObject({ records: 2, complete: false });
      expect(told?.counterfactual.note).toContain('of a larger component, the 2 records nearest to the two');
    }
  });

  test('of a record and itself is refused', async () => {
    const twice = await api.refusal('GET', explain('1', '1'));
    expect(twice).toEqual({ status: 400, message: 'web_customers/1 was given twice: expected two records' });
  });

  test('of a record that there is not says so', async () => {
    const gone = await api.refusal('GET', explain('1', '99'));
    expect(gone).toMatchObject({ status: 404, message: expect.stringContaining('no record "99" of "web_customers"') });
  });
});
