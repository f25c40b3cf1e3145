import type { SaxesTagPlain } from 'saxes';

/**
 * Where something is found in rows, as `items/item`. What is a list or a structure at one place in any row is one in all; the
 * places of all rows are one tree, so that none has to be looked up by its path.
 */
class Place {
  /** Its name as JSON. */
  readonly key: string;
  readonly #shapes: Shapes;
  readonly #places = new Map<string, Place>();
  /** Undefined until it has been seen. */
  isList: boolean | undefined;
  isStructure: boolean | undefined;

  constructor(shapes: Shapes, name: string) {
    this.#shapes = shapes;
    this.key = quoted(name);
    shapes.places += 1;
  }

  get names(): string[] {
    return [...this.#places.keys()];
  }

  within(name: string): Place {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = new Place(this.#shapes, name);
    this.#places.set(name, place);
    return place;
  }
}

/** What is known of the places of all rows. */
export class Shapes {
  places = 0;
  readonly row = new Place(this, 'row');
}

/** Of an element whose text stands beside attributes or other elements. */
const TEXT = '_VALUE';
const MOST_PLACES = 10_000;
const DEEPEST = 64;

interface Open {
  place: Place;
  /** JSON of what is in it, once or several times; most elements hold a text alone. */
  fields: Map<Place, string | string[]> | undefined;
  text: string;
  isNil: boolean;
}

/**
 * Makes a JSON object of one element: `_id` of an attribute `id`, `city` of an element `city`, a list where an element is
 * repeated, `_VALUE` of the text beside them (the names of Spark's reader).
 */
export class RowBuilder {
  readonly #shapes: Shapes;
  readonly #open: Open[] = [];
  #skipped = 0;
  /** True when the shape of a place turned out to be another than earlier rows were written with. */
  hasReshaped = false;

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  get depth(): number {
    return this.#open.length + this.#skipped;
  }

  /** What is wrong with the row so far, as what was expected instead. */
  get problem(): string | undefined {
    if (this.#open.length > DEEPEST) return `elements within each other at most ${DEEPEST} deep`;
    return this.#shapes.places > MOST_PLACES
      ? `at most ${MOST_PLACES} different elements and attributes in rows`
      : undefined;
  }

  begin({ name, attributes }: SaxesTagPlain): void {
    const parent = this.#open.at(-1);
    const place = parent === undefined ? this.#shapes.row : parent.place.within(name);
    const open: Open = { place, fields: undefined, text: '', isNil: attributes['xsi:nil'] === 'true' };
    for (const key in attributes) {
      if (key === 'xsi:nil' || key === 'xmlns' || key.startsWith('xmlns:')) continue;
      add(open, place.within(`_${key}`), quoted(attributes[key] ?? ''));
    }
    this.#open.push(open);
  }

  /** Begins an element that is left out of the row. */
  skip(): void {
    this.#skipped += 1;
  }

  text(text: string): void {
    const open = this.#open.at(-1);
    if (open !== undefined) open.text += text;
  }

  /** Ends an element; the row as JSON when it was the row's. */
  end(): string | undefined {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return undefined;
    }
    const closed = this.#open.pop();
    if (closed === undefined) return undefined;
    const parent = this.#open.at(-1);
    if (parent === undefined) return this.#structure(closed);
    add(parent, closed.place, this.#valueOf(closed));
    return undefined;
  }

  #valueOf(open: Open): string {
    const { place } = open;
    const isHere = open.fields !== undefined;
    const before = place.isStructure;
    if (isHere || before === undefined) place.isStructure = isHere;
    this.hasReshaped ||= isHere && before === false;
    if (open.isNil) return 'null';
    if (isHere || before === true) return this.#structure(open);
    return open.text === '' ? 'null' : quoted(open.text);
  }

  #structure(open: Open): string {
    if (open.text.trim() !== '') add(open, open.place.within(TEXT), quoted(open.text));
    let members = '';
    for (const [place, values] of open.fields ?? []) {
      const value = this.#isList(place, typeof values !== 'string') ? `[${values}]` : values;
      members += members === '' ? `${place.key}:${value}` : `,${place.key}:${value}`;
    }
    return `{${members}}`;
  }

  #isList(place: Place, isHere: boolean): boolean {
    const before = place.isList;
    if (isHere || before === undefined) place.isList = isHere;
    this.hasReshaped ||= isHere && before === false;
    return isHere || before === true;
  }
}

function add(open: Open, place: Place, json: string): void {
  open.fields ??= new Map();
  const before = open.fields.get(place);
  if (before === undefined) open.fields.set(place, json);
  else if (typeof before === 'string') open.fields.set(place, [before, json]);
  else before.push(json);
}

/** Most texts hold nothing that JSON escapes; halves of characters are refused by XML. */
const quoted = (text: string): string => (/["\\]|[^ -\uffff]/.test(text) ? JSON.stringify(text) : `"${text}"`);
