/** How deep items may be within each other before what they are in is no record. */
const DEEPEST = 1000;
const [BYTES, TEXT, LIST, MAP, TAG, SIMPLE] = [2, 3, 4, 5, 6, 7];
const [BREAK, INDEFINITE] = [0xff, 31];

/** The beginning of an item (RFC 8949 §3): its major type, its argument, and the bytes that the two take. */
export interface ItemHead {
  major: number;
  /** Undefined of an item that a break ends. */
  argument: number | undefined;
  length: number;
}

/** Undefined when more bytes are needed; throws an Error on what begins no item. */
export function itemHead(bytes: Buffer, at: number): ItemHead | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  const [major, info] = [first >> 5, first & 31];
  if (info < 24) return { major, argument: info, length: 1 };
  if (info === INDEFINITE && major >= BYTES && major !== TAG) return { major, argument: undefined, length: 1 };
  if (info > 27) throw new Error(`byte 0x${first.toString(16)} begins no item`);
  const size = 2 ** (info - 24);
  if (at + 1 + size > bytes.length) return undefined;
  const argument = size === 8 ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUIntBE(at + 1, size);
  return { major, argument, length: 1 + size };
}

/** True of bytes that begin with the mark of CBOR, or with a whole map whose first key is a text, in an array or not. */
export function looksLikeCbor(bytes: Buffer): boolean {
  if (bytes.toString('hex', 0, 3) === 'd9d9f7') return true;
  try {
    const head = itemHead(bytes, 0);
    const from = head?.major === LIST ? head.length : 0;
    const [map, end] = [itemHead(bytes, from), itemEnd(bytes, from)];
    return map?.major === MAP && end !== undefined && itemHead(bytes, from + map.length)?.major === TEXT;
  } catch {
    return false;
  }
}

/**
 * Where the item ends that begins at a place; undefined when more bytes are needed. Throws an Error where the bytes are no
 * well-formed item, so that nobody knows where the next one begins.
 */
export function itemEnd(bytes: Buffer, from: number): number | undefined {
  /** Items that are still to come, by what they are in; `Infinity` until a break. */
  const open: number[] = [1];
  let at = from;
  while (open.length > 0) {
    const inside = open.length - 1;
    if (open[inside] === Number.POSITIVE_INFINITY && bytes[at] === BREAK) {
      open.pop();
      at += 1;
      continue;
    }
    if (open[inside] === 0) {
      open.pop();
      continue;
    }
    open[inside] = (open[inside] ?? 0) - 1;
    const head = itemHead(bytes, at);
    if (head === undefined) return undefined;
    if (open.length > DEEPEST) throw new Error(`items are more than ${DEEPEST} deep within each other`);
    at += head.length;
    if (head.major === BYTES || head.major === TEXT) {
      if (head.argument === undefined) open.push(Number.POSITIVE_INFINITY);
      else at += head.argument;
    } else if (head.major === LIST) open.push(head.argument ?? Number.POSITIVE_INFINITY);
    else if (head.major === MAP) open.push(head.argument === undefined ? Number.POSITIVE_INFINITY : head.argument * 2);
    else if (head.major === TAG) open.push(1);
    else if (head.major === SIMPLE && head.argument === undefined) throw new Error('a break ends nothing');
    if (at > bytes.length) return undefined;
  }
  return at;
}
