import { Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { copyDuckdb } from './bundle-files.ts';
import { CoreFunction, type CoreFunctionProps } from './core-function.ts';

/** A function that DuckDB runs in: its native binding is in the zip, and files on their way have ten gigabytes. */
export class DuckDbFunction extends CoreFunction {
  constructor(scope: Construct, id: string, props: CoreFunctionProps) {
    super(scope, id, props, {
      copy: (folder) => [copyDuckdb(folder, props.architecture)],
      scratch: Size.gibibytes(10),
    });
  }
}
