import type { Document } from '../core/contracts/configuration.ts';
import type { DiscoveredFeed } from '../core/contracts/discover.ts';
import type { Courier, CourierGroup } from '../core/contracts/sources.ts';
import { parseDocument } from '../core/environments/documents.ts';
import { filePattern } from '../core/feeds/file-pattern.ts';

/**
 * What it takes to load discovered files: their feeds, a courier for each source that looks for the files in a folder of
 * the source's name, and a courier group of these when there is none. What is there already is added to.
 */
export function discoveredDocuments(found: readonly DiscoveredFeed[], existing: readonly Document[]): Document[] {
  const documents = new Map<string, Document>(existing.map((document) => [document.id, document]));
  const couriers = new Set<Courier['id']>();
  for (const { file, format, feed, ingest_query } of found) {
    const name = feed.id.slice('feed/'.length);
    documents.set(feed.id, feed);
    if (ingest_query !== null) {
      documents.set(`ingest-query/${name}`, { id: `ingest-query/${name}`, sql: ingest_query });
    }
    const id = `courier/${feed.source.replaceAll('_', '-')}` as const;
    couriers.add(id);
    const before = documents.get(id) as Courier | undefined;
    const files = apart([...others(before?.files, feed.name), { name: feed.name, pattern: patternOf(file), format }]);
    const load = {
      feed: feed.id,
      file: feed.name,
      ...(ingest_query !== null && { ingest_query: `ingest-query/${name}` }),
    };
    const loads = [...(before?.loads ?? []).filter((one) => one.feed !== feed.id), load];
    const place = before ?? { type: 'folder', settings: { path: feed.source } };
    documents.set(id, parseDocument({ ...place, id, files, loads }));
  }
  const group = [...documents.values()].find((one) => one.id.startsWith('courier-group/')) as CourierGroup | undefined;
  const planned = group?.couriers ?? [];
  const missing = [...couriers].filter((id) => !planned.some((one) => one.courier === id));
  const grown = {
    ...(group ?? { id: 'courier-group/daily' }),
    couriers: [...planned, ...missing.map((courier) => ({ courier }))],
  };
  documents.set(grown.id, parseDocument(grown));
  return [...documents.values()];
}

const others = (files: Courier['files'] | undefined, name: string) => (files ?? []).filter((one) => one.name !== name);

/** `customers-2026-11-23.csv.gz` → `customers-{yyyy}-{MM}-{dd}.csv.gz`, `customers.csv` → `customers*.csv`: tomorrow's file too. */
function patternOf(file: string): string {
  const dated = file
    .replace(/(?<!\d)20\d\d-[01]\d-[0-3]\d(?!\d)/, '{yyyy}-{MM}-{dd}')
    .replace(/(?<!\d)20\d\d[01]\d[0-3]\d(?!\d)/, '{yyyy}{MM}{dd}');
  return dated === file ? file.replace(/(\.[^.]+(\.gz)?)$/, '*$1') : dated;
}

/** `order*.csv` would take the files of `order-lines*.csv` too: where one matches another's file it is of its own name alone. */
function apart<File extends { pattern: string }>(files: readonly File[]): File[] {
  return files.map((file) => {
    const { match } = filePattern(file.pattern);
    const taken = files.some(({ pattern }) => pattern !== file.pattern && match(aNameOf(pattern)) !== undefined);
    return taken && widened.test(file.pattern) ? { ...file, pattern: aNameOf(file.pattern) } : file;
  });
}

/** As `patternOf` writes it of an undated file; what a person wrote otherwise stays. */
const widened = /^[^*{]*[\p{L}\p{N}]\*\.[^.*]+(\.gz)?$/u;

const aNameOf = (pattern: string): string => filePattern(pattern).nameOn('2026-01-01').replaceAll('*', '');
