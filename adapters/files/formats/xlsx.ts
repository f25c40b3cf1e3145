import { stat } from 'node:fs/promises';
import type { SaxesTagPlain } from 'saxes';
import { UnreadableFile } from '../../../core/errors.ts';
import { headerNames, positionalName } from '../../../core/feeds/csv-dialect.ts';
import { firstBytes } from '../plain-bytes.ts';
import { type Conversion, type Converted, convertedTable } from './converted.ts';
import type { FormatReader, OpenFile, RawTable } from './format.ts';
import { jsonText } from './json-text.ts';
import { isTag, openWorkbook, partEvents, type Workbook } from './xlsx-parts.ts';
import { columnOfCell, dateText } from './xlsx-values.ts';

/** Columns that a sheet of Excel has at most. */
const MOST_COLUMNS = 16_384;

/** A sheet of an Excel workbook, whose dates are dates however they are shown. */
export const xlsx: FormatReader = {
  type: 'xlsx',
  text: false,
  async open(file: OpenFile): Promise<RawTable> {
    if ((await firstBytes(file.path, 2)).toString('latin1') !== 'PK') {
      throw new UnreadableFile(
        `${file.name} is not an Excel workbook: expected .xlsx without a password; .xls is another format`,
      );
    }
    const { sheet, rows } = await openSheet(file);
    const { header, header_row } = file.format;
    const said = { ...(header === undefined ? {} : { header }), ...(header_row === undefined ? {} : { header_row }) };
    return convertedTable(file, { type: 'xlsx', sheet, ...said }, rows);
  },
};

/** The sheet that a format names, and its rows. */
export async function openSheet(file: OpenFile): Promise<{ sheet: string; rows: Conversion }> {
  const { size } = await stat(file.path);
  const workbook = await openWorkbook(file.path, file.name, size);
  const { name, path } = sheetOf(file, workbook);
  return { sheet: name, rows: () => rowsOf(file, workbook, path, size) };
}

function sheetOf(file: OpenFile, { sheets }: Workbook): Workbook['sheets'][number] {
  const { sheet } = file.format;
  const found = sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === sheet);
  if (found !== undefined && found.path !== '') return found;
  const has = sheets.map(({ name }) => JSON.stringify(name)).join(', ') || 'none';
  throw new UnreadableFile(
    `${file.name} has no sheet ${JSON.stringify(sheet ?? '')}: it has ${has}: expected \`sheet\` of its format to be one of them`,
  );
}

async function* rowsOf(file: OpenFile, workbook: Workbook, part: string, size: number): AsyncGenerator<Converted[]> {
  const sheet = new SheetRows(file, workbook);
  for await (const _ of partEvents({ path: file.path, name: file.name, size, part }, sheet)) {
    void _;
    yield sheet.taken();
  }
}

/** Makes objects of rows: what the header calls a column is the field of its cells. */
class SheetRows {
  readonly #file: OpenFile;
  readonly #workbook: Workbook;
  #header: string[] | undefined;
  #rows: Converted[] = [];
  #row = 0;
  #cells: unknown[] = [];
  #cell = { column: -1, type: '', style: 0 };
  #inline = '';
  /** Within what says how a text is read aloud, beside the text. */
  #isReading = false;
  #problem: string | undefined;

  constructor(file: OpenFile, workbook: Workbook) {
    this.#file = file;
    this.#workbook = workbook;
    if (file.format.header === false) this.#header = [];
  }

  taken(): Converted[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open({ name, attributes }: SaxesTagPlain): void {
    if (isTag(name, 'row')) {
      this.#row = Number(attributes.r ?? this.#row + 1);
      this.#cells = [];
      this.#cell.column = -1;
      this.#problem = undefined;
    } else if (isTag(name, 'rPh')) {
      this.#isReading = true;
    } else if (isTag(name, 'c')) {
      const column = attributes.r === undefined ? this.#cell.column + 1 : columnOfCell(attributes.r);
      this.#cell = { column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0) };
      this.#inline = '';
      this.#isReading = false;
      if (column < 0 || column >= MOST_COLUMNS)
        this.#problem = `cells in the columns A to XFD, not ${JSON.stringify(attributes.r)}`;
    }
  }

  close(name: string, text: string): void {
    if (isTag(name, 'row')) this.#endRow();
    else if (this.#problem !== undefined) return;
    else if (isTag(name, 'rPh')) this.#isReading = false;
    else if (isTag(name, 't')) this.#inline += this.#isReading ? '' : text;
    else if (isTag(name, 'v')) this.#cells[this.#cell.column] = this.#valueOf(text);
    else if (isTag(name, 'is')) this.#cells[this.#cell.column] = this.#inline;
  }

  #valueOf(text: string): unknown {
    const { type, style } = this.#cell;
    if (type === 's') {
      const shared = this.#workbook.strings[Number(text)];
      if (shared === undefined) this.#problem = `texts that the workbook has, not number ${text}`;
      return shared;
    }
    if (type === 'b') return ['1', 'true'].includes(text.trim());
    if (type === 'd') return text.replace('T', ' ');
    if (type !== 'n' || text.trim() === '') return text;
    const number = Number(text);
    if (!Number.isFinite(number)) return text;
    const date = this.#workbook.dates[style] ? dateText(number, this.#workbook.is1904) : undefined;
    // Programs write numbers that Excel itself would round.
    const isExact = Number.isSafeInteger(number) || !/^-?\d+$/.test(text);
    return date ?? (isExact ? number : text);
  }

  #endRow(): void {
    const cells = Array.from(this.#cells, (value) => (value === '' ? undefined : value));
    const isEmpty = this.#problem === undefined && cells.every((value) => value === undefined);
    const { header_row = 0 } = this.#file.format;
    if (isEmpty || this.#row < header_row) return;
    if (this.#header === undefined) this.#header = this.#headerOf(cells);
    else if (this.#problem !== undefined)
      this.#rows.push({ line: this.#row, value: jsonText(cells), expected: this.#problem });
    else this.#rows.push({ line: this.#row, json: this.#json(cells, this.#header) });
  }

  #json(cells: unknown[], header: readonly string[]): string {
    return jsonText(new Map(cells.map((value, column) => [header[column] ?? positionalName(column), value])));
  }

  #headerOf(cells: unknown[]): string[] {
    const names = headerNames(cells.map((value) => (value === undefined ? '' : String(value))));
    const twice = names.find(
      (name, column) => names.findIndex((one) => one.toLowerCase() === name.toLowerCase()) < column,
    );
    if (twice === undefined) return names;
    throw new UnreadableFile(
      `${this.#file.name}: row ${this.#row} names ${JSON.stringify(twice)} twice: expected the names of its columns, each once, case aside; \`header_row\` of its format says where they are`,
      { data: { line: this.#row } },
    );
  }
}
