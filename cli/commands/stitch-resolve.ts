import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { InvalidInput } from '../../core/errors.ts';
import type { ResolveReport } from '../../core/stitch/reports/resolve-report.ts';
import { type GlobalOptions, print } from '../action.ts';
import { bold, dim } from '../colours.ts';
import { counted, duration } from '../figures.ts';
import { examples } from '../help.ts';
import { factsText, tableText } from '../table-text.ts';

interface ResolveOptions extends GlobalOptions {
  out: string;
  report?: string;
  key?: string;
  source?: string;
  tag: string[];
}

/** `tributary stitch resolve FILE…`. */
export function addStitchResolve(stitch: Command): void {
  stitch
    .command('resolve <file...>')
    .description('find the people of any files, with nothing set: writes the rows with an amp_id beside each')
    .requiredOption('--out <file>', 'where to write: .csv, .csv.gz, .parquet, .ndjson or .json')
    .option('--report <name>', 'also write what was decided and why, as NAME.html and NAME.json')
    .option('--key <column>', "the record's own id: carried through, never evidence")
    .option('--source <column>', 'the column that tells which source a record is from')
    .option('--tag <column=tag>', 'what a column is, where the guess is wrong (none leaves it out)', collect, [])
    .addHelpText(
      'after',
      examples(
        'stitch resolve customers.csv --out people.csv',
        'stitch resolve crm.parquet shop.csv.gz --out people.parquet --key id --tag nick=given-name',
      ),
    )
    .action(async function resolve(this: Command, files: string[]) {
      const options = this.optsWithGlobals<ResolveOptions>();
      for (const file of files) {
        await access(file).catch(() => {
          throw new InvalidInput(`there is no file ${file}`);
        });
      }
      const stopping = new AbortController();
      const stop = () => stopping.abort();
      process.once('SIGINT', stop);
      const started = performance.now();
      const { resolveFiles } = await import('../../adapters/stitch/resolve-files.ts');
      const found = await resolveFiles({
        files,
        out: options.out,
        ...(options.report !== undefined && { report: options.report }),
        ...(options.key !== undefined && { key: options.key }),
        ...(options.source !== undefined && { source: options.source }),
        tags: new Map(options.tag.map(wish)),
        signal: stopping.signal,
        progress: (stage, done) => {
          if (done === 0) process.stderr.write(dim(`${stage} … `));
          else if (done === 1) process.stderr.write('\n');
        },
      });
      process.off('SIGINT', stop);
      print({ data: found, text: resolvedText(found, options.out, performance.now() - started) }, options);
    });
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value];

function wish(given: string): [string, string] {
  const at = given.lastIndexOf('=');
  if (at > 0) return [given.slice(0, at), given.slice(at + 1)];
  throw new InvalidInput(`--tag ${given}: expected a column and its tag, such as --tag "first name=given-name"`);
}

function resolvedText(
  { files, records, people, pairs, matches, warnings }: ResolveReport,
  out: string,
  ms: number,
): string {
  const uses = files.map(({ file, uses: columns }) =>
    tableText(
      [bold(file), 'taken for', 'because'],
      columns.map(({ field, use, because }) => [field, use, because]),
    ),
  );
  const facts = factsText([
    ['records', counted(records, 'record')],
    ['people', counted(people, 'person', 'people')],
    ['compared', counted(pairs, 'pair')],
    ['matched', counted(matches, 'pair')],
    ['time', duration(ms)],
    ['written to', out],
  ]);
  return [...uses, facts, ...warnings.map((warning) => `warning: ${warning}`)].join('\n\n');
}
