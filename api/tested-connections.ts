import type { Document } from '../core/contracts/configuration.ts';
import type { Connection } from '../core/contracts/sources.ts';
import type { Problem } from '../core/contracts/validation.ts';
import { canonicalJson } from '../core/environments/canonical.ts';
import { Configuration } from '../core/environments/configuration.ts';
import { doubtful } from '../core/environments/problem.ts';
import type { EnvironmentAccess } from './platform.ts';

/** Why connections that a change brings or touches don't work: a warning, since a system may be down that is right. */
export async function connectionWarnings(
  { before, after }: Record<'before' | 'after', readonly Document[]>,
  { testConnection }: Pick<EnvironmentAccess, 'testConnection'>,
): Promise<Problem[]> {
  const last = new Configuration('', before);
  const isAsItWas = (one: Connection) => canonicalJson(last.find('connection', one.id) ?? null) === canonicalJson(one);
  const changed = new Configuration('', after).all('connection').filter((one) => !isAsItWas(one));
  const tests = await Promise.all(changed.map(testConnection));
  return tests.flatMap(({ connection, message }) => (message === undefined ? [] : [doubtful(connection, '', message)]));
}
