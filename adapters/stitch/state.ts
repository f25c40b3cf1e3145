import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import { text } from '../../core/sql/quote.ts';
import type { SharedValue } from '../../core/stitch/cleaning/bad-values.ts';
import { StitchModel } from '../../core/stitch/model/model.ts';
import {
  type Frozen,
  fingerprintSql,
  frozenBadSql,
  frozenBlocksSql,
  frozenValuesSql,
  stateFiles,
  stateSql,
} from '../../core/stitch/model/state.ts';
import type { Shape } from '../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { writeRows } from './texts.ts';

/** Tells two sets of records apart, in any order. */
export async function fingerprint(session: DuckDbSession, records: string, shape: Shape): Promise<string> {
  const [row] = await session.rows<{ fingerprint: string }>('stitch: fingerprint', fingerprintSql(records, shape));
  return row?.fingerprint ?? '';
}

/** What the model of a folder froze. */
export async function readFrozen(session: DuckDbSession, folder: string): Promise<Frozen> {
  return {
    values: await session.rows<Frozen['values'][number]>('stitch: frozen values', frozenValuesSql(folder)),
    blocks: await session.rows<Frozen['blocks'][number]>('stitch: frozen blocks', frozenBlocksSql(folder)),
  };
}

/** The values that the model of a folder knows to be shared by too many. */
export const readShared = (session: DuckDbSession, folder: string): Promise<SharedValue[]> =>
  session.rows<SharedValue>('stitch: frozen bad values', frozenBadSql(folder));

/** Writes what the model froze. Gives the names of the files. */
export async function writeState(
  session: DuckDbSession,
  { values, blocks }: Frozen,
  folder: string,
): Promise<string[]> {
  await writeRows(
    session,
    'value_band',
    { semantic: 'VARCHAR', value: 'VARCHAR', n: 'BIGINT' },
    values.map(({ semantic, value, n }) => [semantic, value, n]),
  );
  await writeRows(
    session,
    'oversized',
    { depth: 'BIGINT', rule: 'BIGINT', key: 'BIGINT', n: 'BIGINT' },
    blocks.map(({ depth, rule, key, n }) => [depth, rule, key, n]),
  );
  const queries = Object.entries(stateSql());
  for (const [file, sql] of queries) {
    await session.run(`stitch: ${file}`, `COPY (${sql}) TO ${text(join(folder, file))} (FORMAT parquet)`);
  }
  return queries.map(([file]) => file);
}

/** The model of a folder; none when another version wrote it. */
export async function readModel(folder: string): Promise<StitchModel | undefined> {
  return StitchModel.safeParse(JSON.parse(await readFile(join(folder, stateFiles.model), 'utf8'))).data;
}

export async function writeModel(model: StitchModel, folder: string): Promise<string> {
  await writeFile(join(folder, stateFiles.model), `${JSON.stringify(model)}\n`);
  return stateFiles.model;
}

/** Of a run that trained none itself. */
export const trainedBy = ({ origin }: StitchModel): StitchReport['model'] => ({ trained_by: origin?.run ?? '' });
