import { InvalidInput } from '../errors.ts';

/** Objects within objects; deeper is no record, and engines that read it would break. */
const DEEPEST = 100;
/** Records of a batch. */
const MOST = 10_000;

/**
 * The records of a JSON payload, an object or an array of objects, each as one line. They are cut out of the text as it was
 * sent: written anew, numbers beyond 2^53 would be others. `InvalidInput` says what is wrong and where.
 */
export function jsonRecords(text: string): string[] {
  const value = parsed(text);
  const isBatch = Array.isArray(value);
  const values: readonly unknown[] = isBatch ? value : [value];
  const wrong = values.findIndex((one) => typeof one !== 'object' || one === null || Array.isArray(one));
  if (wrong >= 0) {
    const where = isBatch ? `record ${wrong + 1} of the batch` : 'the payload';
    throw new InvalidInput(`${where} is ${JSON.stringify(values[wrong]).slice(0, 50)}: expected an object`);
  }
  if (values.length === 0) throw new InvalidInput('the batch is empty: expected at least one object');
  if (values.length > MOST) throw new InvalidInput(`the batch has ${values.length} records: expected ${MOST} at most`);
  const cut = objectsOf(text);
  // Between values only: within a string they would have been refused.
  return cut.map((record) => record.replace(/[\r\n]+/g, ' '));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInput(`the payload is no JSON: ${(cause as Error).message}`, { cause });
  }
}

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const COLON = ':'.charCodeAt(0);
const [OPEN_OBJECT, CLOSE_OBJECT] = ['{'.charCodeAt(0), '}'.charCodeAt(0)];
const [OPEN_ARRAY, CLOSE_ARRAY] = ['['.charCodeAt(0), ']'.charCodeAt(0)];

/**
 * The texts of the outermost objects of a text that is known to be JSON. What JSON allows and the reader of files doesn't is
 * refused here, where its sender hears of it.
 */
function objectsOf(text: string): string[] {
  const found: string[] = [];
  const outermost = text.trimStart().startsWith('[') ? 1 : 0;
  /** Names of the objects that are open, each within the one before; none of arrays. */
  const open: Set<string>[] = [];
  let [start, lastString] = [0, ''];
  for (let n = 0; n < text.length; n++) {
    const letter = text.charCodeAt(n);
    if (letter === QUOTE) {
      const end = endOfString(text, n);
      lastString = stringOf(text.slice(n, end + 1));
      n = end;
    } else if (letter === COLON) {
      refuseTwice(open.at(-1), lastString);
    } else if (letter === OPEN_OBJECT || letter === OPEN_ARRAY) {
      if (open.length === outermost) start = n;
      open.push(new Set());
      if (open.length > DEEPEST)
        throw new InvalidInput(`the payload is more than ${DEEPEST} levels deep: send it flatter`);
    } else if (letter === CLOSE_OBJECT || letter === CLOSE_ARRAY) {
      open.pop();
      if (open.length === outermost) found.push(text.slice(start, n + 1));
    }
  }
  return found;
}

function endOfString(text: string, from: number): number {
  for (let n = from + 1; ; n++) {
    const letter = text.charCodeAt(n);
    if (letter === BACKSLASH) n += 1;
    else if (letter === QUOTE) return n;
  }
}

/** What a string of JSON stands for. Half of a character that takes two escapes is no text in UTF-8. */
function stringOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  const string: string = JSON.parse(quoted);
  if (!/\p{Surrogate}/u.test(string)) return string;
  throw new InvalidInput(
    `the payload has the text ${quoted.slice(0, 50)}, in which one half of a surrogate pair stands alone: expected both, such as \\ud83d\\ude00, or neither`,
  );
}

/** An ingest query that sees rows as they are nested refuses the whole file for a name that an object has twice, in whatever case. */
function refuseTwice(names: Set<string> | undefined, name: string): void {
  const known = name.toLowerCase();
  if (names?.has(known)) {
    throw new InvalidInput(
      `the payload has an object with ${JSON.stringify(name.slice(0, 50))} twice, small and capital letters being the same: expected each name once, for only one could be kept`,
    );
  }
  names?.add(known);
}
