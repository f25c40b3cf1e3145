import { expect, it } from 'vitest';
import { composeColumns } from '../../../../core/feeds/discovery/compositions.ts';

const numbers = (column: string) => ({
  ...{ field: column, column, rows: 90, filled: 90, distinct: 12, scale: 0, examples: ['7'] },
  passed: new Map([['Integer', 90]]),
});

it.each([
  'by bm bd',
  'birthyr birthmo birthdy',
  'geburtsjahr geburtsmonat geburtstag',
  'annee_naissance mois_naissance jour_naissance',
  'anio_nacimiento mes_nacimiento dia_nacimiento',
  'anno_nascita mese_nascita giorno_nascita',
])('a date of birth is made of %s', (columns) => {
  const parts = columns.split(' ');
  expect(composeColumns(parts.map(numbers))[0]).toMatchObject({ tag: 'birthdate', type: 'Date', of: parts });
});
