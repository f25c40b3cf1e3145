import type { TableEntry } from '../contracts/catalog.ts';
import type { StitchSettings } from '../contracts/customer360.ts';
import { readJson } from '../environments/json-objects.ts';
import { headConfiguration, loadConfiguration } from '../environments/load-configuration.ts';
import { stitchSettings } from '../environments/stitch-settings.ts';
import { NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { StitchModel } from '../stitch/model/model.ts';
import { type Frozen, stateFiles } from '../stitch/model/state.ts';
import { getRun } from '../workflows/runs.ts';
import type { PublishedAccess, PublishedReader } from './published-reader.ts';

/** What the last Stitch decided by. */
export interface StitchBasis {
  model: StitchModel;
  settings: StitchSettings;
  frozen: Frozen;
}

/** Reads what the last Stitch decided by. `NotFound` before the first. */
export async function readStitchBasis(access: PublishedAccess, reader: PublishedReader): Promise<StitchBasis> {
  const entry = reader.table('stitch.assignments');
  const fileKey = (file: string) => entry?.parquet?.replace(/[^/]*$/, file);
  const key = fileKey(stateFiles.model);
  const model = key === undefined ? undefined : await readJson(access.objects, key, StitchModel);
  if (!entry || !model) throw new NotFound('Stitch has not run yet: run a courier group that is not ingest only first');
  const [settings, values, blocks] = await Promise.all([
    settingsOf(access.objects, entry),
    rowsOf(access, fileKey(stateFiles.values)),
    rowsOf(access, fileKey(stateFiles.blocks)),
  ]);
  return {
    model: model.value,
    settings,
    frozen: {
      values: values.map(({ semantic, value, n }) => ({
        semantic: String(semantic),
        value: String(value),
        n: Number(n),
      })),
      blocks: blocks.map(({ depth, rule, key: hash, n }) => ({
        depth: Number(depth),
        rule: Number(rule),
        key: Number(hash),
        n: Number(n),
      })),
    },
  };
}

/** The settings that a run went by: those of the head where the run's record is gone. */
async function settingsOf(objects: ObjectStore, { run_id }: TableEntry): Promise<StitchSettings> {
  const configuration = await getRun(objects, run_id)
    .then((run) => loadConfiguration(objects, run.configuration_version))
    .catch((cause: unknown) => {
      if (cause instanceof NotFound) return headConfiguration(objects);
      throw cause;
    });
  return stitchSettings(configuration);
}

/** All rows of one Parquet object, by column. */
async function rowsOf({ warehouse }: PublishedAccess, key: string | undefined): Promise<Record<string, unknown>[]> {
  if (key === undefined) return [];
  const { columns, rows } = await warehouse.read(key, { limit: MOST_ROWS, offset: 0 });
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
}

/** More values than any model freezes. */
const MOST_ROWS = 100_000_000;
