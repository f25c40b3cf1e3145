import { describe, expect, test } from 'vitest';
import { contradiction } from '../../../../core/stitch/ids/contradictions.ts';

/** `A=B` and `A≠B` as labels of their own. */
const said = (...words: string[]) =>
  words.flatMap((word) => {
    const [one = '', other = ''] = word.split(/[=≠]/);
    return [one, other].map((pk, n) => ({
      label: word,
      partition: word.includes('=') ? '1' : String(n),
      datasource: 'crm',
      pk,
    }));
  });
const found = (...words: string[]) => contradiction(said(...words), (label) => `said ${label}`);

describe('what people say of records', () => {
  test('holds together when nobody who must stay apart is bound', () => {
    expect(found()).toBeUndefined();
    expect(found('a=b', 'c=d', 'b≠c', 'a≠d', 'e≠f')).toBeUndefined();
  });

  test('can not hold when a chain of bonds leads from one record to another that must stay apart', () => {
    expect(found('a=b', 'x=y', 'c=b', 'a≠c')).toBe(
      'crm/a = crm/b (said a=b), crm/b = crm/c (said c=b), but crm/a ≠ crm/c (said a≠c)',
    );
  });

  test('names the shortest chain when there are several', () => {
    expect(found('a=b', 'b=c', 'c=d', 'a=d', 'd≠a')).toBe('crm/d = crm/a (said a=d), but crm/d ≠ crm/a (said d≠a)');
  });

  test('can not hold when one label puts a record into two partitions', () => {
    const twice = ['1', '2'].map((partition) => ({ label: 'case', partition, datasource: 'crm', pk: 'a' }));
    expect(contradiction(twice, (label) => label)).toBe('but crm/a ≠ crm/a (case)');
  });

  test('is followed through labels of many records, in a moment', () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => `r${n}=r${n + 1}`);
    expect(found(...chain)).toBeUndefined();
    expect(found(...chain, 'r0≠r20000')).toMatch(/^crm\/r0 = crm\/r1 .*but crm\/r0 ≠ crm\/r20000/s);
  });
});
