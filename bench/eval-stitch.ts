import { join } from 'node:path';
import { resolveFiles } from '../adapters/stitch/resolve-files.ts';
import { text } from '../core/sql/quote.ts';
import { evaluate } from '../core/stitch/evaluate.ts';
import { csv, inSession, type LabelledFile, labelledFiles, withoutTruth } from './labelled.ts';

/** Scores `stitch resolve` on the labelled sets, whose truth it never sees. `npm run eval:stitch -- febrl2 cdp_20k` */
const line = (cells: (string | number)[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(20) : String(cell).padStart(13))).join(''));
const share = (value: number) => value.toFixed(4);

async function score(file: LabelledFile) {
  const bare = await withoutTruth(file);
  const out = join(bare, '..', `${file.name}.people.parquet`);
  await resolveFiles({
    files: [bare],
    out,
    key: 'record_id',
    tags: new Map(),
    signal: new AbortController().signal,
  });
  const groups = (sql: string) =>
    inSession((session) => session.rows<{ datasource: string; pk: string; group: string }>('groups', sql));
  const truth = await groups(`SELECT '' AS datasource, record_id AS pk, cluster_id AS "group" FROM ${csv(file.path)}`);
  const found = await groups(
    `SELECT '' AS datasource, record_id AS pk, amp_id AS "group" FROM read_parquet(${text(out)})`,
  );
  return evaluate(truth, found);
}

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
