import type { WriteStream } from 'node:tty';

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** Lines at the end of a terminal that are drawn over and over in place. */
export class Redrawing {
  readonly #out: WriteStream;
  #drawn = 0;

  constructor(out: WriteStream) {
    this.#out = out;
    this.#out.write(hideCursor);
  }

  get columns(): number {
    return this.#out.columns;
  }

  /** Lines must be shorter than the terminal is wide: a wrapped one would count as two. */
  draw(lines: readonly string[]): void {
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    const shown = lines.slice(-(this.#out.rows - 1));
    this.#out.write(`${up}\r\u001b[0J${shown.join('\n')}\n`);
    this.#drawn = shown.length;
  }

  /** What was drawn last stays. */
  end(): void {
    this.#out.write(showCursor);
  }
}
