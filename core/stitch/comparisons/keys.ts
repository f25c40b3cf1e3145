import type { Shape } from '../records/shape.ts';
import { type Comparison, type Context, DIFFER, type Grade, MISSING } from './comparison.ts';
import { nicknamesMeet } from './nicknames-meet.ts';

/** Foreign keys bind and separation keys part, by the rules of the settings; they carry no weight. */
export const keys = ({ foreignKeys, separationKeys }: Pick<Shape, 'foreignKeys' | 'separationKeys'>): Comparison => ({
  name: 'keys',
  levels: [{ name: 'foreign key equal' }, { name: 'foreign key equal, separation key differs' }],
  household: false,
  conflict: false,
  grade(context) {
    const bound = foreignKeys.map((name) => context.profiles.column(name));
    const apart = separationKeys.map((name) => separated(name, context));
    return (a, b) => {
      const binds = bound.some((column) => column.code(a) >= 0 && column.code(a) === column.code(b));
      const parts = apart.some((differ) => differ(a, b) === DIFFER);
      if (binds) return parts ? 3 : 2;
      return parts ? DIFFER : MISSING;
    };
  },
});

/** Nicknames, and day and month changed over, are no conflict of a separation key. */
function separated(name: string, context: Context): Grade {
  const column = context.profiles.column(name);
  const tolerated = tolerance(name, context);
  return (a, b) => {
    const [l, r] = [column.code(a), column.code(b)];
    return l < 0 || r < 0 || l === r || tolerated(a, b) ? MISSING : DIFFER;
  };
}

function tolerance(name: string, context: Context): (a: number, b: number) => boolean {
  if (name.includes('given_name')) {
    const given = context.profiles.column('given_name');
    const meet = nicknamesMeet(given, context);
    return (a, b) => meet(given.code(a), given.code(b));
  }
  if (name.includes('birth')) {
    const column = context.profiles.column(name);
    const turned = column.derived((date) => `${date.slice(0, 4)}-${date.slice(8)}-${date.slice(5, 7)}`);
    return (a, b) => column.text(a) === turned.text(b);
  }
  return () => false;
}
