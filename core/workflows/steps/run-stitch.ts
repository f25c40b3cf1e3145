import type { z } from 'zod';
import type { TableEntry } from '../../contracts/catalog.ts';
import { StitchSettings } from '../../contracts/customer360.ts';
import type { RunStitchInput, RunStitchOutput } from '../../contracts/steps.ts';
import { type StitchTable, stitchTables } from '../../contracts/stitch.ts';
import { contentHash } from '../../environments/canonical.ts';
import { proposeTable, publishedTables } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';
import { changedAssignments } from '../changed-assignments.ts';

type Input = z.infer<typeof RunStitchInput>;

/** Resolves who is who, and proposes the tables that say so. */
export async function runStitch(input: Input, services: Services): Promise<z.infer<typeof RunStitchOutput>> {
  const { objects } = services;
  const { prepared } = input;
  const configuration = await loadConfiguration(objects, input.configuration_version);
  const folder = `${services.scratch}/stitch`;
  const previous =
    prepared.previous === null
      ? undefined
      : (await objects.locate(`${prepared.previous}/report.json`)).replace(/\/report\.json$/, '');
  const { files, ...report } = await services.stitch.run({
    tenant: services.tenant,
    records: await objects.locate(prepared.records),
    settings: configuration.all('stitch')[0] ?? StitchSettings.parse({ id: 'stitch/settings' }),
    ...(previous !== undefined && { previous }),
    outFolder: folder,
    asOf: input.as_of,
    runId: input.run_id,
    signal: services.signal,
    progress: (_stage, done, total) => services.progress(done, total),
  });
  for (const file of files) await objects.adopt(`${folder}/${file}`, `stitch/${input.run_id}/${file}`);
  for (const name of stitchTables) await propose(name, input, services);
  return { report };
}

/** Stitch's tables stay in the Parquet that it wrote. */
async function propose(name: StitchTable, input: Input, services: Services): Promise<void> {
  const { warehouse, objects } = services;
  const key = `stitch/${input.run_id}/${name}.parquet`;
  const physical = `${name}__${input.prepared.version.slice(0, 10)}_${input.run_id.slice(-4)}`;
  const entry: TableEntry = {
    schema: 'stitch',
    name,
    physical,
    version: contentHash({ definition: input.prepared.version, run: input.run_id }),
    definition: input.prepared.version,
    inputs: {},
    built_at: services.clock().toISOString(),
    run_id: input.run_id,
    parquet: key,
    ...(await warehouse.attach({ schema: 'stitch', physical }, key)),
  };
  const last = name === 'assignments' ? (await publishedTables(objects))['stitch.assignments'] : undefined;
  await proposeTable(objects, { ...entry, ...(await changedAssignments(warehouse, entry, last, input.as_of)) });
}
