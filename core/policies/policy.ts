import { type Action, actions } from './actions.ts';

/** Allows or denies actions; `*` stands for any resource or any verb, as in `query:*`. */
export interface Statement {
  effect: 'allow' | 'deny';
  actions: readonly string[];
}

export interface Policy {
  id: string;
  name: string;
  statements: readonly Statement[];
}

/** Who asks for something, and what they hold. */
export interface Principal {
  /** Lasts as long as they do. */
  id: string;
  /** What people know them by. */
  name: string;
  policies: readonly Policy[];
  /** Whether they work in a tenant: their policies hold in those alone. */
  worksIn(tenant: string): boolean;
}

/** Whether somebody who holds these policies may do it: nothing is allowed until one says so, and a denial outweighs all. */
export function isAllowed(policies: readonly Policy[], action: Action): boolean {
  const told = policies.flatMap(({ statements }) => statements).filter((statement) => speaksOf(statement, action));
  return told.length > 0 && told.every(({ effect }) => effect === 'allow');
}

/** Whether whoever holds these policies may do all that those of the others allow. */
export const allowsAllOf = (policies: readonly Policy[], others: readonly Policy[]): boolean =>
  actions.every((action) => isAllowed(policies, action) || !isAllowed(others, action));

function speaksOf(statement: Statement, action: Action): boolean {
  const [resource, verb] = action.split(':');
  return statement.actions.some((one) => {
    const [ofResource, ofVerb] = one.split(':');
    return (ofResource === '*' || ofResource === resource) && (ofVerb === '*' || ofVerb === verb);
  });
}
