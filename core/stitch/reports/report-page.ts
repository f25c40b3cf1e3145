/** A page that needs nothing else. `body` is HTML: what of it is data has been escaped. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title>
<style>${STYLE}</style>
<h1>${escaped(title)}</h1>
${body}
</html>
`;

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #d8dee4;vertical-align:top}td+td{overflow-wrap:anywhere}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar{display:inline-block;height:.8em;background:#8c959f}.good{background:#2da44e}.bad{background:#cf222e}.warning{color:#9a6700}`;

/** Named values as bars, the longest for the greatest. */
export function bars(rows: readonly { name: string; value: number; shown: string; good: boolean }[]): string {
  const most = Math.max(1e-9, ...rows.map(({ value }) => value));
  const cells = rows.map(
    ({ name, value, shown, good }) =>
      `<tr><td>${escaped(name)}</td><td><span class="bar ${good ? 'good' : 'bad'}" style="width:${((24 * value) / most).toFixed(2)}rem"></span> ${escaped(shown)}</td></tr>`,
  );
  return `<table>${cells.join('')}</table>`;
}

/** A table of texts; without heads where all of them are empty. A column of counts or shares is one of numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numbers = head.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^\d{1,3}(,\d{3})*(\.\d+)?( %)?$/.test(row[i] ?? '')),
  );
  const cells = (tag: string, values: readonly string[]) =>
    `<tr>${values.map((value, i) => `<${tag}${numbers[i] ? ' class="number"' : ''}>${escaped(value)}</${tag}>`).join('')}</tr>`;
  const first = head.some((name) => name !== '') ? cells('th', head) : '';
  return `<table>${first}${rows.map((row) => cells('td', row)).join('')}</table>`;
}

/** Data as text of a page, whatever it holds. */
export const escaped = (value: string): string =>
  value.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`).replaceAll('\0', '\ufffd');
export const count = (value: number): string => new Intl.NumberFormat('en-US').format(value);
/** Bits, with their sign. */
export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
