import type { SaxesTagPlain } from 'saxes';

/**
 * Whether what is found at a place of rows, as `items/item`, is a list or a structure in any of them; then it is one in all.
 */
export class Shapes {
  readonly lists = new Map<string, boolean>();
  readonly structures = new Map<string, boolean>();
}

/** Of an element whose text stands beside attributes or other elements. */
const TEXT = '_VALUE';
const MOST_PLACES = 10_000;
const DEEPEST = 64;

interface Open {
  place: string;
  attributes: [string, string][];
  children: Map<string, unknown[]>;
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
    return this.#shapes.structures.size > MOST_PLACES
      ? `at most ${MOST_PLACES} different elements and attributes in rows`
      : undefined;
  }

  begin({ name, attributes }: SaxesTagPlain): void {
    const parent = this.#open.at(-1);
    const given = Object.entries(attributes).filter(([key]) => !/^xmlns(:|$)/.test(key));
    this.#open.push({
      place: parent === undefined ? '' : `${parent.place}/${name}`,
      attributes: given.filter(([key]) => key !== 'xsi:nil').map(([key, value]) => [`_${key}`, value]),
      children: new Map(),
      text: '',
      isNil: attributes['xsi:nil'] === 'true',
    });
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
  end(name: string): string | undefined {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return undefined;
    }
    const closed = this.#open.pop();
    if (closed === undefined) return undefined;
    const parent = this.#open.at(-1);
    if (parent === undefined) return JSON.stringify(this.#structure(closed));
    const siblings = parent.children.get(name);
    if (siblings === undefined) parent.children.set(name, [this.#valueOf(closed)]);
    else siblings.push(this.#valueOf(closed));
    return undefined;
  }

  #valueOf(open: Open): unknown {
    const isStructure = open.attributes.length > 0 || open.children.size > 0;
    const isOne = this.#inAll(this.#shapes.structures, open.place, isStructure);
    if (open.isNil) return null;
    if (isOne) return this.#structure(open);
    return open.text === '' ? null : open.text;
  }

  #structure({ place, attributes, children, text }: Open): object {
    const fields: [string, unknown][] = [...attributes];
    for (const [name, values] of children) {
      const isList = this.#inAll(this.#shapes.lists, `${place}/${name}`, values.length > 1);
      fields.push([name, isList ? values : values[0]]);
    }
    if (text.trim() !== '') fields.push([TEXT, text]);
    return Object.fromEntries(fields);
  }

  #inAll(shapes: Map<string, boolean>, place: string, isHere: boolean): boolean {
    const before = shapes.get(place);
    if (before === undefined || (isHere && !before)) shapes.set(place, isHere);
    this.hasReshaped ||= isHere && before === false;
    return isHere || before === true;
  }
}
