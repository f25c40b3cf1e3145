/** Requests that are on their way at once. */
const AT_ONCE = 32;

/** What came of each item, in their order: some are asked for at once, however many there are. */
export async function fewAtOnce<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let n = 0; n < items.length; n += AT_ONCE) {
    for (const answer of await Promise.all(items.slice(n, n + AT_ONCE).map(ask))) answers.push(answer);
  }
  return answers;
}
