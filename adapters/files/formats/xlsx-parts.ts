import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { TributaryError, UnreadableFile } from '../../../core/errors.ts';
import { UnpackedBytes } from '../packing/unpacked-bytes.ts';
import { entriesOf } from '../packing/zip.ts';
import { isDateFormat } from './xlsx-values.ts';

/** What is heard of an XML part: `text` is what an element held, elements within it aside. */
export interface PartListener {
  open?(tag: SaxesTagPlain): void;
  close?(name: string, text: string): void;
}

/** What of a workbook is needed to read its sheets. */
export interface Workbook {
  sheets: { name: string; path: string }[];
  is1904: boolean;
  strings: string[];
  /** Whether the cells of a style show dates, by the number of the style. */
  dates: boolean[];
}

/** Characters that the texts of all cells may have together; they are held in memory. */
const MOST_TEXT = 256 * 1024 * 1024;

export async function openWorkbook(path: string, name: string, size: number): Promise<Workbook> {
  const sheets: { name: string; id: string }[] = [];
  const targets = new Map<string, string>();
  let is1904 = false;
  const required = (part: string, listener: PartListener) => readPart({ path, name, size, part }, listener);
  const read = (part: string, listener: PartListener) =>
    readPart({ path, name, size, part, isOptional: true }, listener);
  await required('xl/workbook.xml', {
    open({ name: tag, attributes }) {
      if (isTag(tag, 'sheet')) sheets.push({ name: attributes.name ?? '', id: attributes['r:id'] ?? '' });
      if (isTag(tag, 'workbookPr')) is1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
    },
  });
  await required('xl/_rels/workbook.xml.rels', {
    open({ attributes: { Id, Target } }) {
      if (Id !== undefined && Target !== undefined) targets.set(Id, posix.resolve('/xl', Target).slice(1));
    },
  });
  return {
    sheets: sheets.map(({ name: sheet, id }) => ({ name: sheet, path: targets.get(id) ?? '' })),
    is1904,
    strings: await sharedStrings(name, read),
    dates: await dateStyles(read),
  };
}

type Read = (part: string, listener: PartListener) => Promise<void>;

async function sharedStrings(name: string, read: Read): Promise<string[]> {
  const strings: string[] = [];
  let [text, length] = ['', 0];
  let inReading = 0;
  await read('xl/sharedStrings.xml', {
    open({ name: tag }) {
      if (isTag(tag, 'rPh')) inReading += 1;
    },
    close(tag, inner) {
      if (isTag(tag, 'rPh')) inReading -= 1;
      // How it is pronounced is no part of a text.
      else if (isTag(tag, 't') && inReading === 0) text += inner;
      else if (isTag(tag, 'si')) {
        strings.push(text);
        length += text.length;
        if (length > MOST_TEXT)
          throw new UnreadableFile(`${name} has more than ${MOST_TEXT} characters in its cells: send it as CSV`);
        text = '';
      }
    },
  });
  return strings;
}

async function dateStyles(read: Read): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const dates: boolean[] = [];
  let inCells = false;
  await read('xl/styles.xml', {
    open({ name: tag, attributes }) {
      if (isTag(tag, 'numFmt')) codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (isTag(tag, 'cellXfs')) inCells = true;
      const id = Number(attributes.numFmtId ?? 0);
      if (inCells && isTag(tag, 'xf')) dates.push(isDateFormat(id, codes.get(id)));
    },
    close(tag) {
      if (isTag(tag, 'cellXfs')) inCells = false;
    },
  });
  return dates;
}

/** Names of elements may have a prefix. */
export const isTag = (name: string, wanted: string): boolean => name === wanted || name.endsWith(`:${wanted}`);

interface PartOf {
  path: string;
  name: string;
  size: number;
  part: string;
  /** A workbook without it is whole. */
  isOptional?: boolean;
}

/** Hears a part of a workbook. */
async function readPart(where: PartOf, listener: PartListener): Promise<void> {
  for await (const _ of partEvents(where, listener)) void _;
}

/** The same a chunk at a time, for a listener that is emptied meanwhile. */
export async function* partEvents(where: PartOf, listener: PartListener): AsyncGenerator<void> {
  const { path, name, part, isOptional = false } = where;
  const refuse = (what: string, cause?: unknown): never => {
    throw new UnreadableFile(`${name}/${part}: ${what}: expected a whole Excel workbook; send it again`, { cause });
  };
  const parser = listening(listener, refuse);
  try {
    for await (const entry of entriesOf(path)) {
      // Names of parts that differ in case alone are one name.
      if (entry.fileName.toLowerCase() !== part.toLowerCase()) continue;
      const decoder = new TextDecoder('utf-8', { fatal: true });
      for await (const chunk of bounded(await entry.bytes(), where)) {
        parser.write(decoder.decode(chunk as Buffer, { stream: true }));
        yield;
      }
      parser.close();
      yield;
      return;
    }
    if (!isOptional) refuse('the workbook names this part and lacks it');
  } catch (cause) {
    if (cause instanceof TributaryError) throw cause;
    refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function bounded(bytes: Readable, { name, size }: PartOf): Readable {
  const through = new UnpackedBytes(name, size).through();
  bytes.on('error', (cause) => through.destroy(cause));
  return bytes.pipe(through);
}

function listening(listener: PartListener, refuse: (what: string) => never): SaxesParser {
  const parser = new SaxesParser();
  const texts: string[] = [];
  const text = (content: string) => {
    if (texts.length > 0) texts[texts.length - 1] += content;
  };
  parser.on('error', (cause) => refuse(`line ${cause.message.replace(/\.$/, '')}`));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', (tag) => {
    texts.push('');
    listener.open?.(tag);
  });
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', (tag) => listener.close?.(tag.name, texts.pop() ?? ''));
  return parser;
}
