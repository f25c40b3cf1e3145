import { LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { copyDuckDb } from '../bundling/duckdb.ts';
import { localZip } from '../bundling/local-zip.ts';
import type { StageConfig } from '../stage-config.ts';

/** DuckDB with its native binding, thirty times a plain function: a layer, so that it is uploaded once for all of them. */
export class DuckDbEngine extends LayerVersion {
  constructor(scope: Construct, id: string, place: string, architecture: StageConfig['architecture']) {
    super(scope, id, {
      layerVersionName: `${place}-duckdb`,
      description: 'DuckDB',
      code: localZip(['duckdb', architecture], (output) => copyDuckDb(architecture, output)),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      license: 'MIT',
    });
  }
}
