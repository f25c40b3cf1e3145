import type { MergePolicy } from '../contracts/customer360.ts';
import { InvalidInput } from '../errors.ts';
import { text } from '../sql/quote.ts';

/** Groups of fields whose source a policy may choose apart from the source's own priority. */
const prioritised = ['name', 'address', 'email', 'phone', 'birthdate', 'gender'] as const;

/** Priorities are packed with other digits into one number that decides a merge, so they have bounds. */
const largest = 99_999;

/** The table `customer360.merge_policy`: a row for each source of the policy; NULL where it says nothing. */
export function mergePolicySql(policy: Pick<MergePolicy, 'sources'>): string {
  const columns = ['priority', ...prioritised.map((group) => `${group}_priority`)];
  const rows = policy.sources.map((source) => {
    const priorities = [source.priority, ...prioritised.map((group) => source[group])];
    for (const priority of priorities) checkPriority(source.datasource, priority);
    return `  (${[text(source.datasource), ...priorities.map((priority) => `CAST(${priority ?? 'NULL'} AS bigint)`)].join(', ')})`;
  });
  const none = `  (CAST(NULL AS varchar), ${columns.map(() => 'CAST(NULL AS bigint)').join(', ')})`;
  return `SELECT p.datasource, ${columns.map((column) => `p.${column}`).join(', ')}
FROM (VALUES
${rows.length === 0 ? none : rows.join(',\n')}
) AS p (datasource, ${columns.join(', ')})
WHERE p.datasource IS NOT NULL`;
}

function checkPriority(datasource: string, priority: number | undefined): void {
  if (priority === undefined || (priority >= 0 && priority <= largest)) return;
  throw new InvalidInput(
    `merge policy gives ${datasource} the priority ${priority}: expected 0 to ${largest}; change it in the merge policy`,
  );
}
