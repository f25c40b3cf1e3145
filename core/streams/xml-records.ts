import { SaxesParser } from 'saxes';
import { InvalidInput } from '../errors.ts';

/** Elements within elements: as many as a row may have. */
const DEEPEST = 64;

/**
 * The document of an XML payload without its declaration, so that it can be one of many in a file, which is read as XML 1.0.
 * `InvalidInput` of what is not well-formed as such.
 */
export function xmlRecords(text: string): string[] {
  const parser = new SaxesParser();
  let depth = 0;
  parser.on('error', (cause) => refuse(parser, cause.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('doctype', () => refuse(parser, 'it has a document type, which may name other files: leave it out'));
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') refuse(parser, `it says that it is XML ${version}: expected XML 1.0`);
    if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) {
      refuse(parser, `it says that its encoding is ${encoding}: expected UTF-8`);
    }
  });
  parser.on('opentag', () => {
    depth += 1;
    if (depth > DEEPEST) refuse(parser, `it is more than ${DEEPEST} levels deep: send it flatter`);
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.write(text).close();
  return [text.replace(/^\s*<\?xml\s[^>]*\?>/, '').trim()];
}

function refuse({ line, column }: SaxesParser, what: string): never {
  throw new InvalidInput(`the payload is no XML that can be read: line ${line}, column ${column}: ${what}`);
}
