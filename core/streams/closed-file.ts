import type { Stream } from '../contracts/streams.ts';

interface Layout {
  ending: string;
  head: string;
  foot: string;
}

/** What the records of a format are between in a file; each ends with a line feed. */
export const fileLayouts: Readonly<Record<Stream['format'], Layout>> = {
  json: { ending: 'ndjson', head: '', foot: '' },
  xml: { ending: 'xml', head: '<tributary-stream>\n', foot: '</tributary-stream>\n' },
};

export const linesOf = (records: readonly string[]): string => records.map((record) => `${record}\n`).join('');

/** A moment as names of files have it: `20261126T193145123`. */
export const stampOf = (moment: Date): string => moment.toISOString().replace(/[-:.Z]/g, '');

/** A closed file within its stream's: `2026-11-26/20261126T193145123.ndjson`; `name` begins with a stamp. */
export function closedFileName(name: string, format: Stream['format']): string {
  const day = name.replace(/^(\d{4})(\d\d)(\d\d)T.*$/, '$1-$2-$3');
  return `${day}/${name}.${fileLayouts[format].ending}`;
}
