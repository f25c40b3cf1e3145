/** Jaro-Winkler similarity as DuckDB computes it: four letters of prefix at most, a tenth each, above 0.7 only. */
export function jaroWinkler(a: string, b: string): number {
  const jaro = jaroOf(a, b);
  if (jaro <= 0.7) return jaro;
  let prefix = 0;
  while (prefix < Math.min(4, a.length, b.length) && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

function jaroOf(a: string, b: string): number {
  if (a.length === 0 || b.length === 0) return 0;
  const window = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Array<boolean>(b.length).fill(false);
  const mine: string[] = [];
  for (let i = 0; i < a.length; i++) {
    for (let j = Math.max(0, i - window); j <= Math.min(b.length - 1, i + window); j++) {
      if (taken[j] || a[i] !== b[j]) continue;
      taken[j] = true;
      mine.push(a[i] ?? '');
      break;
    }
  }
  const theirs = [...b].filter((_, j) => taken[j]);
  const common = mine.length;
  if (common === 0) return 0;
  const moved = Math.floor(mine.filter((letter, i) => letter !== theirs[i]).length / 2);
  return (common / a.length + common / b.length + (common - moved) / common) / 3;
}

/** How many characters differ between texts of one length; infinite when the lengths do. */
export function hamming(a: string, b: string): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let differing = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) differing++;
  return differing;
}

/** True when one insertion, deletion, substitution or swap of neighbours makes one text the other. */
export function oneEditApart(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  const rest = (text: string, skip: number) => text.slice(start + skip);
  if (a.length > b.length) return rest(a, 1) === rest(b, 0);
  if (a.length < b.length) return rest(a, 0) === rest(b, 1);
  return (
    rest(a, 1) === rest(b, 1) || (a[start] === b[start + 1] && a[start + 1] === b[start] && rest(a, 2) === rest(b, 2))
  );
}
