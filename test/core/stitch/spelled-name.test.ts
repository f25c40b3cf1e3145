import { expect, test } from 'vitest';
import { spelledName } from '../../../core/stitch/comparisons/spelled-name.ts';
import { Profiles } from '../../../core/stitch/profiles.ts';

const named = { given_name: 'TINA', surname: 'BLANCHARD' };

/** The level at which an e-mail's user part spells a name. */
function level(user: string, name: Record<string, string> = named): string {
  const profiles = Profiles.of([{ email_user: user }, name], ['given_name', 'surname', 'email_user']);
  const column = profiles.column('surname');
  const grade = spelledName.grade({
    profiles,
    nicknames: new Map(),
    bands: () => new Uint8Array(column.dictionary.size),
  });
  expect(grade(1, 0)).toBe(grade(0, 1));
  return ['missing', 'differ', ...spelledName.levels.map(({ name: called }) => called)][grade(0, 1)] ?? '';
}

test.each([
  ['CHRISTINABLANCHARD73', 'given name and rare surname spelled'],
  ['BLANCHARDTINA', 'given name and rare surname spelled'],
  ['TBLANCHARD', 'initial and rare surname spelled'],
  ['BLANCHARDT9', 'initial and rare surname spelled'],
  ['MBLANCHARD', 'surname spelled'],
  ['TINA1990', 'given name spelled'],
  ['SOCCER44', 'differ'],
])('%s against Tina Blanchard: %s', (user, expected) => {
  expect(level(user)).toBe(expected);
});

test('names are compared as names where both records have one', () => {
  expect(level('TINABLANCHARD', { email_user: 'X' })).toBe('missing');
  const profiles = Profiles.of([{ ...named, email_user: 'OTHER' }, named], ['given_name', 'surname', 'email_user']);
  const grade = spelledName.grade({ profiles, nicknames: new Map(), bands: () => new Uint8Array(2) });
  expect(grade(0, 1)).toBe(0);
});
