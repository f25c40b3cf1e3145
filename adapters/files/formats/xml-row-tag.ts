import { SaxesParser } from 'saxes';
import { beginning } from '../plain-bytes.ts';
import type { OpenFile } from './format.ts';

/**
 * The element that seems to be a row: of those that are repeated within one other, the one nearest to the root, which is in
 * most files the only one; without any, the first that the root holds.
 */
export async function repeatedTag(file: OpenFile): Promise<string> {
  const counts = new Map<string, { name: string; depth: number; count: number }>();
  const path: string[] = [];
  const parser = new SaxesParser();
  // What is wrong with the text is told when it is read.
  parser.on('error', () => undefined);
  parser.on('opentag', ({ name }) => {
    path.push(name);
    const place = path.join('/');
    const count = (counts.get(place)?.count ?? 0) + 1;
    counts.set(place, { name, depth: path.length, count });
  });
  parser.on('closetag', () => path.pop());
  parser.write(await beginning(file.path));
  const places = [...counts.values()];
  const repeated = places.filter(({ count }) => count > 1).sort((a, b) => a.depth - b.depth || b.count - a.count);
  return (repeated[0] ?? places.find(({ depth }) => depth === 2) ?? places[0])?.name ?? 'row';
}
