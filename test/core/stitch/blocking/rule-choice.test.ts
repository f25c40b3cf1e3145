import { describe, expect, test } from 'vitest';
import { Blocks } from '../../../../core/stitch/blocking/blocks.ts';
import type { Rule } from '../../../../core/stitch/blocking/rule.ts';
import { chooseRules } from '../../../../core/stitch/blocking/rule-choice.ts';
import { type RuleSample, ruleSample } from '../../../../core/stitch/blocking/rule-sample.ts';
import { Profiles } from '../../../../core/stitch/records/profiles.ts';
import { random } from '../../../support/customers.ts';

const rule = (name: string, column = name): Rule => ({ name, parts: [{ column }], cap: 100 });

/** Two records a person, whose e-mail and phone are the same nine times in ten; a town and a trade that many share. */
function people(count: number, seed: number) {
  const next = random(seed);
  const rows = Array.from({ length: 2 * count }, (_, row) => {
    const person = row >> 1;
    const own = (kind: string) => (next() < 0.9 ? `${kind}${person}` : `${kind}-${row}`);
    return {
      person,
      email: own('e'),
      phone: own('p'),
      trade: `t${person % 5}x${Math.floor(next() * (count / 5))}`,
      city: `c${Math.floor(next() * (count / 30))}`,
    };
  });
  return rows;
}

const COLUMNS = ['email', 'phone', 'trade', 'city'];
const POOL = [rule('email'), rule('email again', 'email'), rule('phone'), rule('trade'), rule('city')];

const profilesOf = (rows: readonly ReturnType<typeof people>[number][]) =>
  Profiles.of(
    rows.map(({ person: _, ...row }) => row),
    COLUMNS,
  );

async function choice(rows: ReturnType<typeof people>, kept: string[] = []) {
  const sample = (await ruleSample(profilesOf(rows), POOL, 0)) as RuleSample;
  const accepted = Uint8Array.from(sample.pairs.a, (a, i) =>
    rows[a]?.person === rows[sample.pairs.b[i] ?? 0]?.person ? 1 : 0,
  );
  const { rules, leftOut } = chooseRules(POOL, sample, accepted, new Set(kept));
  return { rules: rules.map(({ name }) => name), leftOut, share: sample.share };
}

describe('of a pool of rules', async () => {
  const rows = people(60_000, 1);
  const chosen = await choice(rows);

  test('those stay that find accepted pairs at a fair price, and of two that find the same one', () => {
    expect(chosen.share).toBeLessThan(1);
    expect(chosen.rules).toEqual(expect.arrayContaining(['phone']));
    expect(chosen.rules.filter((name) => name.startsWith('email'))).toHaveLength(1);
    expect(chosen.rules).not.toContain('city');
  });

  test('what those left out would have made is told in pairs of all records', () => {
    const blocks = new Blocks(profilesOf(rows), POOL);
    const city = blocks.report.find((report) => report.rule === 'city')?.pairs ?? 0;
    const told = chosen.leftOut.find(({ rule: name }) => name === 'city')?.pairs ?? 0;
    expect(Math.abs(told - city)).toBeLessThan(0.3 * city);
  });

  test('the order of the records makes no difference', async () => {
    const next = random(2);
    const shuffled = rows.map((row) => ({ row, at: next() })).sort((one, other) => one.at - other.at);
    expect(await choice(shuffled.map(({ row }) => row))).toEqual(chosen);
  });

  test('rules that were set stay, whatever they find', async () => {
    expect((await choice(rows, ['city'])).rules).toContain('city');
  });
});

test('the sample knows of each pair all rules that bring it together', async () => {
  const rows = people(40_000, 3);
  const profiles = profilesOf(rows);
  const { pairs, history, histories } = (await ruleSample(profiles, POOL, 0)) as RuleSample;
  const blocks = new Blocks(profiles, POOL);
  expect(pairs.a.length).toBeGreaterThan(1000);
  const wrong = Array.from(pairs.a).filter((a, i) => {
    const found = Array.from(histories.levels(history[i] ?? 0)).flatMap((met, place) => (met === 1 ? [place] : []));
    return `${blocks.rulesOf(a, pairs.b[i] ?? 0)}` !== `${found}`;
  });
  expect(wrong).toHaveLength(0);
});

test('nothing is chosen where all rules together make few pairs', async () => {
  expect(await ruleSample(profilesOf(people(500, 4)), POOL, 1_000_000)).toBeUndefined();
});
