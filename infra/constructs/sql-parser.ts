import { LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { localZip } from '../bundling/local-zip.ts';
import { copySqlParser } from '../bundling/sql-parser.ts';

/** The parser of SQL, larger than all else in a plain function: a layer, so that it is uploaded once for all of them. */
export class SqlParser extends LayerVersion {
  constructor(scope: Construct, id: string, place: string) {
    super(scope, id, {
      layerVersionName: `${place}-sql-parser`,
      description: 'Parser of SQL',
      code: localZip(['sql-parser'], copySqlParser),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      license: 'MIT',
    });
  }
}
