import { stripVTControlCharacters } from 'node:util';
import { count } from './figures.ts';

/** Cells wider than this are cut: a value that long is read with `--json`. */
const widestCell = 60;
const narrowestCell = 8;
const gap = '  ';

type Cell = string | number | bigint | boolean | null | undefined;

/** Rows in aligned columns under their heads; numbers to the right. `within` cuts the widest text columns until it fits. */
export function tableText(
  heads: readonly string[],
  rows: readonly (readonly unknown[])[],
  { within = Number.POSITIVE_INFINITY }: { within?: number } = {},
): string {
  const right = heads.map((_, at) => rows.length > 0 && rows.every((row) => isNumber(row[at])));
  const texts = rows.map((row) => heads.map((_, at) => valueText(row[at] as Cell)));
  const named = heads.map((head) => head.replaceAll(/\p{Cc}/gu, harmless));
  const natural = heads.map((head, at) => Math.max(head.length, ...texts.map((row) => width(row[at] ?? ''))));
  const widths = fitting(
    natural.map((size) => Math.min(size, widestCell)),
    within,
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => aligned(cut(cell, widths[at] ?? 0), widths[at] ?? 0, right[at] ?? false))
      .join(gap)
      .trimEnd();
  return [line(named), widths.map((size) => '─'.repeat(size)).join(gap), ...texts.map(line)].join('\n');
}

/** Rows one under the other, column by column, when they are too wide for a table. */
export function recordsText(heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const record = (row: readonly unknown[]) => factsText(heads.map((head, at) => [head, row[at]] as const));
  return rows.map((row, at) => `── row ${count(at + 1)}\n${record(row)}`).join('\n');
}

/** How many characters the longest line of a text takes. */
export const widestLine = (text: string): number => Math.max(...text.split('\n').map(width));

/** Paragraphs of `name: value`, the values under each other. */
export function factsText(facts: readonly (readonly [string, unknown])[]): string {
  const widest = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(widest)}  ${valueText(value as Cell)}`.trimEnd()).join('\n');
}

const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint' || value === null;

function aligned(cell: string, size: number, right: boolean): string {
  const padding = ' '.repeat(Math.max(0, size - width(cell)));
  return right ? padding + cell : cell + padding;
}

/** The widest column gives way, again and again, down to what can still be read. */
function fitting(widths: number[], within: number): number[] {
  const sizes = [...widths];
  let over = sizes.reduce((sum, size) => sum + size + gap.length, -gap.length) - within;
  for (; over > 0; over--) {
    const widest = Math.max(...sizes);
    if (widest <= narrowestCell) break;
    sizes[sizes.indexOf(widest)] = widest - 1;
  }
  return sizes;
}

const width = (text: string) => stripVTControlCharacters(text).length;

const cut = (text: string, size: number) =>
  width(text) > size ? `${stripVTControlCharacters(text).slice(0, size - 1)}…` : text;

function valueText(value: Cell | object): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, harmless);
}

/** Data may hold control characters, and a terminal would obey them; colours are let through. */
const harmless = (control: string, at: number, text: string): string =>
  control === '\u001b' && /^\[[\d;]*m/.test(text.slice(at + 1)) ? control : '\ufffd';
