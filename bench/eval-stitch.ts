import { labelledFiles, score } from './labelled.ts';

/** Scores `stitch resolve` on the labelled sets, whose truth it never sees. `npm run eval:stitch -- febrl2 cdp_20k` */
const line = (cells: (string | number)[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(20) : String(cell).padStart(13))).join(''));
const share = (value: number) => value.toFixed(4);

line(['set', 'precision', 'recall', 'F1', 'B-cubed F1', 'false joins', 'people', 'true people']);
for (const file of labelledFiles(process.argv.slice(2))) {
  const { pairwise, b_cubed, false_joins, people_found, people_true } = await score(file);
  line([
    file.name,
    ...[pairwise.precision, pairwise.recall, pairwise.f1, b_cubed.f1].map(share),
    false_joins.count,
    people_found,
    people_true,
  ]);
}
