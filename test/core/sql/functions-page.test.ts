import { expect, test } from 'vitest';
import { provenGroups } from '../../../core/sql/proven.ts';
import { parityCases, refusedCases } from '../../support/parity.ts';

const cases = parityCases().map(({ sql }) => sql.toLowerCase());

/** A function, with the number of queries of the parity suite that ask for it. */
function proof(name: string): string {
  const call = new RegExp(`\\b${name}\\s*\\(`);
  return `\`${name}\` (${cases.filter((sql) => call.test(sql)).length})`;
}

const page = [
  '# Proven functions',
  '',
  '<!-- Written by test/core/sql/functions-page.test.ts: npx vitest run test/core/sql/functions-page.test.ts -u -->',
  '',
  'Functions of Trino that give the same rows on a laptop as in AWS, each with the number of queries of the parity suite that',
  `ask for it. The suite has ${cases.length} queries that both engines answer alike, and ${refusedCases().length} that a laptop refuses by name.`,
  "What a function does is in [Trino's documentation](https://trino.io/docs/current/functions.html); why others are refused, in",
  '[SQL](sql.md#what-is-refused-and-why).',
  '',
  '| About | Functions |',
  '|---|---|',
  ...provenGroups.map(([about, names]) => `| ${about} | ${names.map(proof).join(', ')} |`),
  '',
].join('\n');

test('the page of proven functions is what the parity suite proves', async () => {
  await expect(page).toMatchFileSnapshot('../../../docs/functions.md');
});

test('the suite has 150 queries of users, over tables of theirs', () => {
  expect(
    cases.filter((sql) => /\b(from|join)\s+(shop\.)?(customers|orders|payloads)\b/.test(sql)).length,
  ).toBeGreaterThan(150);
});
