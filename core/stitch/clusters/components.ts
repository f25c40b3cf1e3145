import type { Pairs } from '../blocking/pairs.ts';
import { heldBy } from '../records/columns.ts';

/** Connected components by union-find: each of `size` things gets the smallest number of its component. */
export function components(size: number, pairs: Pairs): Int32Array {
  const root = new Int32Array(size).map((_, i) => i);
  const find = (start: number): number => {
    let node = start;
    for (let up = root[node] ?? node; up !== node; up = root[node] ?? node) {
      root[node] = root[up] ?? up;
      node = up;
    }
    return node;
  };
  for (let i = 0; i < pairs.a.length; i++) {
    const [x, y] = [find(pairs.a[i] ?? 0), find(pairs.b[i] ?? 0)];
    if (x < y) root[y] = x;
    else if (y < x) root[x] = y;
  }
  for (let i = 0; i < size; i++) root[i] = find(i);
  return root;
}

/** Things of each component of two or more, in ascending order, components in the order of their smallest thing. */
export function groups(component: Int32Array): { members: Int32Array; starts: Int32Array } {
  const counts = heldBy(component, component.length);
  const starts: number[] = [];
  const offset = new Int32Array(component.length);
  let total = 0;
  for (let root = 0; root < component.length; root++) {
    const n = counts[root] ?? 0;
    if (n < 2) continue;
    starts.push(total);
    offset[root] = total;
    total += n;
  }
  const members = new Int32Array(total);
  for (let i = 0; i < component.length; i++) {
    const root = component[i] ?? i;
    if ((counts[root] ?? 0) < 2) continue;
    members[offset[root] ?? 0] = i;
    offset[root] = (offset[root] ?? 0) + 1;
  }
  return { members, starts: Int32Array.from([...starts, total]) };
}
