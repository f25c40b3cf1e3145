import { zipOf } from './zip.ts';

/** A cell as a workbook has it: its type, the number of its style, and what stands in it. */
export interface Cell {
  t?: string;
  s?: number;
  v?: string;
  xml?: string;
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Styles by number: none, a day, a day and a time, an own format, money, how long something took. */
const styles = `${head}<styleSheet ${main}><numFmts><numFmt numFmtId="164" formatCode="dd\\-mmm\\-yyyy;@"/><numFmt numFmtId="165" formatCode="&quot;Day&quot; #,##0.00"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${[0, 14, 22, 164, 165, 166].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`;

/** The bytes of an Excel workbook: sheets by name, each with its rows; a row is cells by their reference, or nothing. */
export function workbookOf(
  sheets: Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>,
  strings: readonly string[] = [],
  properties = '',
): Buffer {
  const names = Object.keys(sheets);
  const cell = ([reference, { t, s, v, xml }]: [string, Cell]) =>
    `<c r="${reference}"${t === undefined ? '' : ` t="${t}"`}${s === undefined ? '' : ` s="${s}"`}>${xml ?? ''}${v === undefined ? '' : `<v>${v}</v>`}</c>`;
  const rows = (cells: readonly Readonly<Record<string, Cell>>[]) =>
    cells.map((row, n) => `<row r="${n + 1}">${Object.entries(row).map(cell).join('')}</row>`).join('\n');
  return zipOf({
    '[Content_Types].xml': `${head}<Types/>`,
    'xl/workbook.xml': `${head}<workbook ${main} xmlns:r="${relations}"><workbookPr ${properties}/><sheets>${names.map((name, n) => `<sheet name="${name}" sheetId="${n + 1}" r:id="rId${n + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships>${names.map((_, n) => `<Relationship Id="rId${n + 1}" Target="${n % 2 === 0 ? '' : '/xl/'}worksheets/sheet${n + 1}.xml"/>`).join('')}</Relationships>`,
    'xl/styles.xml': styles,
    'xl/sharedStrings.xml': `${head}<sst ${main}>${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    ...Object.fromEntries(
      Object.values(sheets).map((cells, n) => [
        `xl/worksheets/sheet${n + 1}.xml`,
        `${head}<worksheet ${main}><sheetData>${rows(cells)}</sheetData></worksheet>`,
      ]),
    ),
  });
}

/** A workbook of one sheet of texts, the first row its header. */
export function workbookOfTexts(rows: readonly (readonly string[])[]): Buffer {
  const cells = rows.map((row) =>
    Object.fromEntries(
      row.map((text, column) => [String.fromCharCode(65 + column), { t: 'inlineStr', xml: `<is><t>${text}</t></is>` }]),
    ),
  );
  return workbookOf({
    Sheet1: cells.map((row, n) =>
      Object.fromEntries(Object.entries(row).map(([column, cell]) => [`${column}${n + 1}`, cell])),
    ),
  });
}
