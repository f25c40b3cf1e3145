import { createReadStream } from 'node:fs';
import iconv from 'iconv-lite';
import { SaxesParser } from 'saxes';
import { UnreadableFile } from '../../../core/errors.ts';
import { asGuessed, firstBytes } from '../plain-bytes.ts';
import { type Converted, convertedTable } from './converted.ts';
import { type FormatReader, LONGEST_RECORD, type OpenFile, type RawTable } from './format.ts';
import { Utf8Text } from './utf8-text.ts';
import { RowBuilder, Shapes } from './xml-records.ts';
import { repeatedTag } from './xml-row-tag.ts';

/** Every element of one name as a row, its attributes and the elements in it as fields. */
export const xml: FormatReader = {
  type: 'xml',
  text: true,
  declaredEncoding,
  async open(file: OpenFile): Promise<RawTable> {
    try {
      return await read(file);
    } catch (cause) {
      const isOfEncoding = cause instanceof UnreadableFile && cause.data.utf8 === false;
      const decoded = isOfEncoding ? await asGuessed(file) : undefined;
      if (decoded === undefined) throw cause;
      return read({ ...file, path: decoded });
    }
  },
};

/** The encoding that the first line of an XML text names, when it isn't UTF-8. */
async function declaredEncoding(path: string, name: string): Promise<string | undefined> {
  const head = (await firstBytes(path, 1024)).toString('latin1');
  const encoding = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
  // A line that can be read a byte a character is of none that takes more.
  if (encoding === undefined || /^(utf|ucs)-?(8|16|32|[24]$)/i.test(encoding)) return undefined;
  if (iconv.encodingExists(encoding)) return encoding;
  throw new UnreadableFile(`${name} says that its encoding is ${encoding}, which is not known: send it in UTF-8`);
}

async function read(file: OpenFile): Promise<RawTable> {
  const rowTag = file.format.row_tag ?? (await repeatedTag(file));
  const shapes = new Shapes();
  let rows = new XmlRows(file, rowTag, shapes);
  const convert = () => {
    rows = new XmlRows(file, rowTag, shapes);
    return rows.all();
  };
  const format = { type: 'xml', row_tag: rowTag };
  const table = await convertedTable(file, format, convert);
  // What is a list in a later row has to be one in the first.
  const whole = rows.hasReshaped ? await convertedTable(file, format, convert) : table;
  return { ...whole, fieldNames: async () => shapes.row.names };
}

/** Everything between a tag and the next that a text may hold: what is longer is no record. */
const LONGEST_SILENCE = 2 * LONGEST_RECORD;

/** Every row of an XML text in UTF-8. */
export class XmlRows {
  readonly #file: OpenFile;
  readonly #rowTag: string;
  readonly #builder: RowBuilder;
  readonly #parser = new SaxesParser();
  #found: Converted[] = [];
  /** Where the row began that is being read, and what is wrong with it. */
  #row = { line: 0, position: 0, problem: undefined as string | undefined };
  #tagLine = 0;
  #heard = 0;
  #rows = 0;
  /** Elements that are no row and in none, and what they are called. */
  #others = 0;
  #hasText = false;
  readonly #otherNames = new Set<string>();

  constructor(file: OpenFile, rowTag: string, shapes: Shapes) {
    this.#file = file;
    this.#rowTag = rowTag;
    this.#builder = new RowBuilder(shapes);
    this.#listen();
  }

  get hasReshaped(): boolean {
    return this.#builder.hasReshaped;
  }

  async *all(): AsyncGenerator<Converted[]> {
    const text = new Utf8Text();
    // Rows of a larger chunk outlive the youngest generation of the heap.
    for await (const chunk of createReadStream(this.#file.path, { highWaterMark: 64 * 1024 })) {
      yield this.#take(this.#decoded(() => text.decode(chunk as Buffer)));
    }
    const rest = this.#take(this.#decoded(() => text.end()));
    this.#parser.close();
    yield [...rest, ...this.#take('')];
    // A root that holds nothing is of a file without rows; what another holds is of another row tag, or says what went wrong.
    if (this.#rows === 0 && (this.#others > 1 || this.#hasText)) this.#refuseWithoutRows();
  }

  #decoded(decode: () => string): string {
    try {
      return decode();
    } catch (cause) {
      throw new UnreadableFile(
        `${this.#file.name} has bytes that aren't UTF-8 behind line ${this.#parser.line}: expected UTF-8, or another encoding that its first line or its format names`,
        { cause, data: { line: this.#parser.line, utf8: false } },
      );
    }
  }

  #take(text: string): Converted[] {
    if (text !== '') this.#parser.write(text);
    if (this.#parser.position - this.#heard > LONGEST_SILENCE)
      this.#refuse(`more than ${LONGEST_SILENCE} characters without a tag`);
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on('error', (cause) => this.#refuse(cause.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
    parser.on('doctype', () => this.#refuse('a document type, which may name other files'));
    parser.on('opentagstart', () => {
      this.#tagLine = parser.line;
    });
    parser.on('opentag', (tag) => {
      this.#heard = parser.position;
      if (this.#builder.depth === 0 && !this.#isRow(tag.name)) return;
      if (this.#builder.depth === 0) this.#row = { line: this.#tagLine, position: parser.position, problem: undefined };
      if (this.#row.problem === undefined) this.#builder.begin(tag);
      else this.#builder.skip();
      this.#check();
    });
    const text = (content: string) => {
      this.#heard = parser.position;
      if (this.#builder.depth === 0) this.#hasText ||= content.trim() !== '';
      else if (this.#row.problem === undefined) this.#builder.text(content);
    };
    parser.on('text', text);
    parser.on('cdata', text);
    parser.on('closetag', () => {
      this.#heard = parser.position;
      if (this.#builder.depth === 0) return;
      const json = this.#builder.end();
      if (json === undefined) return;
      this.#rows += 1;
      const { line, problem } = this.#row;
      this.#found.push(problem === undefined ? { line, json } : { line, value: json, expected: problem });
    });
  }

  #isRow(name: string): boolean {
    if (name === this.#rowTag || name.split(':').at(-1) === this.#rowTag) return true;
    this.#others += 1;
    if (this.#otherNames.size < 20) this.#otherNames.add(name);
    return false;
  }

  /** A row that is too long or too deep is no longer built; what there is of it is shown. */
  #check(): void {
    const { position, problem } = this.#row;
    if (problem !== undefined) return;
    const isLong = this.#parser.position - position > LONGEST_RECORD;
    this.#row.problem = isLong ? `a record of at most ${LONGEST_RECORD} characters` : this.#builder.problem;
  }

  #refuse(what: string): never {
    const { line, column } = this.#parser;
    throw new UnreadableFile(
      `${this.#file.name} is not XML that can be read: line ${line}, column ${column}: ${what}: expected a whole, well-formed document without a document type; send it again`,
      { data: { line, column } },
    );
  }

  #refuseWithoutRows(): never {
    throw new UnreadableFile(
      `${this.#file.name} has no element <${this.#rowTag}>: it has ${[...this.#otherNames].map((name) => `<${name}>`).join(', ')}: expected \`row_tag\` of its format to be the element that is a row`,
    );
  }
}
