import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Random } from './random.ts';
import { type Cell, type Row, type SourceFile, type SourceFileName, sourceFiles } from './source-files.ts';
import { dateOf, deliveryOf } from './time.ts';

/** Exports repeat a row now and then, and something spoils one in four hundred: well under the threshold of a feed. */
const rowsADuplicate = 251;
const rowsAMalformed = 397;

/** A file being written: rows wait until they are drained, in an order that tells nothing. */
class DeliveredFile {
  readonly path: string;
  rows = 0;
  readonly #file: SourceFile;
  readonly #random: Random;
  readonly #target: Writable;
  readonly #written: Promise<void>;
  #waiting: string[] = [];
  #started = false;

  constructor(path: string, file: SourceFile, random: Random) {
    this.path = path;
    this.#file = file;
    this.#random = random;
    this.#target = path.endsWith('.gz') ? createGzip() : new PassThrough();
    this.#written = pipeline(this.#target as PassThrough, createWriteStream(path));
    // Reported when the file is closed, not as an unhandled rejection before that.
    this.#written.catch(() => {});
  }

  write(row: Row): void {
    this.rows++;
    const line = this.#line(row);
    this.#waiting.push(line);
    if (this.rows % rowsADuplicate === 0) this.#waiting.push(line);
    if (this.rows % rowsAMalformed === 0) this.#waiting.push(this.#malformed(row));
  }

  /** Hands what waits to the disk; the first row of a file stays the first. */
  async drain(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#started ? this.#waiting : this.#waiting.splice(1);
    this.#random.shuffle(lines);
    if (!this.#started) lines.unshift(...this.#waiting);
    await this.#put(this.#started ? this.#between + lines.join(this.#between) : this.#head + lines.join(this.#between));
    this.#waiting = [];
    this.#started = true;
  }

  async close(): Promise<number> {
    await this.drain();
    await this.#put(this.#started ? this.#tail : this.#head + this.#tail);
    this.#target.end();
    await this.#written;
    return (await stat(this.path)).size;
  }

  get #delimiter(): string {
    return this.#file.format === 'psv' ? '|' : ',';
  }

  get #isDelimited(): boolean {
    return this.#file.format === 'csv' || this.#file.format === 'psv';
  }

  get #head(): string {
    if (this.#isDelimited) return `${this.#file.columns.join(this.#delimiter)}\n`;
    if (this.#file.format === 'json') return '[\n';
    return this.#file.format === 'xml' ? '<?xml version="1.0" encoding="UTF-8"?>\n<calls>\n' : '';
  }

  get #tail(): string {
    if (this.#file.format === 'json') return '\n]\n';
    return this.#file.format === 'xml' ? '\n</calls>\n' : '\n';
  }

  get #between(): string {
    return this.#file.format === 'json' ? ',\n' : '\n';
  }

  async #put(text: string): Promise<void> {
    if (!this.#target.write(text)) await once(this.#target, 'drain');
  }

  #line(row: Row): string {
    if (this.#file.format === 'xml') return element(row, this.#file.columns);
    if (!this.#isDelimited) return JSON.stringify(row);
    return this.#file.columns.map((column) => this.#cell(row[column] ?? '')).join(this.#delimiter);
  }

  #cell(value: Cell): string {
    const text = String(value);
    const special = text.includes(this.#delimiter) || text.includes('"') || text.includes('\n');
    return special ? `"${text.replaceAll('"', '""')}"` : text;
  }

  /** The row without its key, with a date that doesn't exist, or torn apart by delimiters nobody quoted. */
  #malformed(row: Row): string {
    const delimited = this.#isDelimited;
    switch ((this.rows / rowsAMalformed) % (delimited ? 3 : 2)) {
      case 0:
        return this.#line({ ...row, [this.#file.key]: delimited ? '' : null });
      case 1:
        return this.#line({ ...row, [this.#file.date]: '2026-02-30' });
      default:
        return `${this.#line(row)}${this.#delimiter}suite${this.#delimiter}rear`;
    }
  }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A row of XML, an element for each column; an empty one where there is nothing. */
function element(row: Row, columns: readonly string[]): string {
  const text = (cell: Cell) => String(cell ?? '').replaceAll(/[&<>]/g, (letter) => entities[letter] ?? letter);
  return `<call>${columns.map((column) => `<${column}>${text(row[column] ?? '')}</${column}>`).join('')}</call>`;
}

/** Every file of every delivery, open at once; what happened on a day goes into the delivery of that day. */
export class Deliveries {
  readonly #files: Record<SourceFileName, DeliveredFile[]>;

  private constructor(files: Record<SourceFileName, DeliveredFile[]>) {
    this.#files = files;
  }

  static async open(folder: string, count: number, random: Random): Promise<Deliveries> {
    const files = Object.fromEntries(Object.keys(sourceFiles).map((name) => [name, [] as DeliveredFile[]]));
    for (const [name, file] of Object.entries(sourceFiles)) {
      for (let delivery = 0; delivery < count; delivery++) {
        const path = join(folder, file.path.replace('{date}', dateOf(delivery)));
        await mkdir(dirname(path), { recursive: true });
        files[name]?.push(new DeliveredFile(path, file, random));
      }
    }
    return new Deliveries(files as Record<SourceFileName, DeliveredFile[]>);
  }

  /** Puts a row into the delivery of a moment, or up to `late` deliveries after it; what is after the last never comes. */
  write(name: SourceFileName, when: number, row: Row, late = 0): void {
    const files = this.#files[name];
    const delivery = deliveryOf(when);
    if (delivery < files.length) files[Math.min(delivery + late, files.length - 1)]?.write(row);
  }

  async drain(): Promise<void> {
    for (const file of Object.values(this.#files).flat()) await file.drain();
  }

  async close(): Promise<{ files: number; rows: number; bytes: number }> {
    const all = Object.values(this.#files).flat();
    let bytes = 0;
    for (const file of all) bytes += await file.close();
    return { files: all.length, rows: all.reduce((sum, { rows }) => sum + rows, 0), bytes };
  }
}
