import { copyFile, link, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StitchReport, type StitchTable, stitchKeys } from '../../core/contracts/stitch.ts';
import { text } from '../../core/sql/quote.ts';
import type { StitchModel } from '../../core/stitch/model/model.ts';
import { stateFiles } from '../../core/stitch/model/state.ts';
import { readModel } from './state.ts';

/** What the last run wrote. */
export class LastRun {
  readonly folder: string;
  readonly files: readonly string[];

  private constructor(folder: string, files: readonly string[]) {
    this.folder = folder;
    this.files = files;
  }

  static async open(folder: string): Promise<LastRun> {
    return new LastRun(folder, await readdir(folder));
  }

  /** None when the run was that of another version. */
  async model(): Promise<StitchModel | undefined> {
    return this.files.includes(stateFiles.model) ? readModel(this.folder) : undefined;
  }

  async report(): Promise<StitchReport> {
    return StitchReport.parse(JSON.parse(await readFile(join(this.folder, 'report.json'), 'utf8')));
  }

  /** False of a table that the run's version had none of. */
  has(table: StitchTable): boolean {
    return this.files.includes(`${table}.parquet`);
  }

  /** True when rows of a table were renewed since all of it was written. */
  renewed(table: StitchTable): boolean {
    return this.files.includes(`${table}.delta.parquet`);
  }

  /** One file as a relation. */
  file(name: string): string {
    return `read_parquet(${text(join(this.folder, name))})`;
  }

  /** A table as a relation. */
  table(table: StitchTable): string {
    const base = this.file(`${table}.parquet`);
    if (!this.renewed(table)) return base;
    const [delta, gone] = [this.file(`${table}.delta.parquet`), this.file(`${table}.gone.parquet`)];
    const keys = stitchKeys[table]?.join(', ');
    return `(SELECT * FROM ${base} AS b ANTI JOIN ${gone} AS g USING (${keys}) UNION ALL BY NAME SELECT * FROM ${delta})`;
  }

  /** Gives a file to the next run too: under two names where the disk can, as a copy where it can't. Files are never written again. */
  async share(name: string, folder: string): Promise<string> {
    const [source, target] = [join(this.folder, name), join(folder, name)];
    await rm(target, { force: true });
    await link(source, target).catch(() => copyFile(source, target));
    return name;
  }
}
