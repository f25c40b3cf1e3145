import type { StitchRule } from '../../contracts/stitch-rules.ts';
import { columnOf, OWN_RULES, ruleText } from '../model/own-rules.ts';
import { address } from './address.ts';
import { birthdate } from './birthdate.ts';
import { type Comparison, type Context, DIFFER, type Grade, MISSING } from './comparison.ts';
import { email } from './email.ts';
import { givenName, surname } from './names.ts';
import { phone } from './phone.ts';
import { shares } from './shares.ts';
import { company, evidence } from './values.ts';

/**
 * The rules of one's own as one comparison, so that a pair stays nothing but its levels: its level tells the first rule that is
 * true, and missing that none is. It carries no weight.
 */
export const ownRules = (rules: readonly StitchRule[]): Comparison => ({
  name: OWN_RULES,
  levels: rules.map((rule, place) => ({ name: ruleText(rule, place) })),
  household: false,
  conflict: false,
  grade(context) {
    const tests = rules.map((rule) => testOf(rule, context));
    return (a, b) => {
      const first = tests.findIndex((isTrue) => isTrue(a, b));
      return first < 0 ? MISSING : 2 + first;
    };
  },
});

type Test = (a: number, b: number) => boolean;

function testOf(rule: StitchRule, context: Context): Test {
  const of = (ask: (values: Values) => Test, tags: readonly string[]): Test => {
    const tests = tags.map((tag) => ask(valuesOf(columnOf(tag), context)));
    return (a, b) => tests.every((isTrue) => isTrue(a, b));
  };
  if ('cluster' in rule)
    return of(rule.cluster === 'values-match' ? ({ match }) => match : ({ close }) => close, rule.of);
  switch (rule.separate) {
    case 'values-differ':
      return of(({ differ }) => differ, rule.of);
    case 'values-significantly-differ':
      return of(({ unlike }) => unlike, rule.of);
    case 'incompatible-names': {
      const [given, family] = ['given_name', 'surname'].map((name) => valuesOf(name, context).unlike) as [Test, Test];
      return (a, b) => given(a, b) || family(a, b);
    }
    case 'different-birthdates': {
      const { differ, close } = valuesOf('birthdate', context);
      return (a, b) => differ(a, b) && !close(a, b);
    }
    case 'different-generations':
      return valuesOf('generational_suffix', context).differ;
    case 'different-companies':
      return valuesOf('company', context).unlike;
  }
}

/** What may be said of the values of two profiles; where one has none, nothing is so. */
interface Values {
  match: Test;
  /** Equal, or as good as. */
  close: Test;
  differ: Test;
  /** Differs, and not by an error of writing. */
  unlike: Test;
}

/** How a column is compared where its values may be alike: the grades that are as good as equal, and those that are not at all. */
interface Likeness {
  comparison: Comparison;
  close: readonly string[];
  unlike?: readonly string[];
}

const LIKENESS: Readonly<Record<string, Likeness>> = {
  given_name: {
    comparison: givenName,
    close: ['initial', 'near', 'nickname', 'very near', 'swapped with surname'],
  },
  surname: { comparison: surname, close: ['part of the other', 'near', 'very near'] },
  birthdate: { comparison: birthdate, close: ['one digit off or day and month swapped'] },
  email: { comparison: email, close: ['similar user', 'same user, other domain'] },
  phone: { comparison: phone, close: ['one digit off, or the same local number'] },
  address: { comparison: address, close: ['street alike'], unlike: ['another street of the area'] },
  company: { comparison: company, close: ['near'] },
};

/** What tells two values of a tag apart: of a birthdate its standard form, of an address its street with postal code or city. */
const TOLD_BY: Readonly<Record<string, string>> = { birthdate: 'dob', address: 'place' };

function valuesOf(column: string, context: Context): Values {
  const values = context.profiles.column(TOLD_BY[column] ?? column);
  const shared = ['email', 'phone'].includes(column) ? shares(context.profiles.column(`${column}s`)) : () => false;
  const both: Test = (a, b) => values.code(a) >= 0 && values.code(b) >= 0;
  const equal: Test = (a, b) => values.code(a) === values.code(b) || shared(a, b);
  const { comparison, close, unlike = [] } = LIKENESS[column] ?? { comparison: evidence(column), close: [...EVIDENCE] };
  // Made when it is first asked for: rules about equal values need none.
  let made: Grade | undefined;
  const level: Grade = (a, b) => {
    made ??= comparison.grade(context);
    return made(a, b);
  };
  const levels = (names: readonly string[]) => new Set(names.map((name) => levelNamed(comparison, name)));
  const [alike, not] = [levels(close), new Set([DIFFER, ...levels(unlike)])];
  return {
    match: (a, b) => both(a, b) && equal(a, b),
    close: (a, b) => both(a, b) && (equal(a, b) || alike.has(level(a, b))),
    differ: (a, b) => both(a, b) && !equal(a, b),
    unlike: (a, b) => both(a, b) && !equal(a, b) && not.has(level(a, b)),
  };
}

const EVIDENCE = ['near', 'one character off'];

const levelNamed = ({ levels }: Comparison, name: string): number =>
  2 + levels.findIndex((level) => level.name === name);
