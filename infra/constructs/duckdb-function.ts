import { Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { copyDuckDb } from '../bundling/duckdb.ts';
import { CoreFunction, type CoreFunctionProps } from './core-function.ts';

/** A function that DuckDB runs in: its native binding is in the zip, and files on their way have ten gigabytes. */
export class DuckDbFunction extends CoreFunction {
  constructor(scope: Construct, id: string, props: CoreFunctionProps) {
    const { architecture } = props;
    super(
      scope,
      id,
      { ...props, scratch: Size.gibibytes(10) },
      { name: `duckdb-${architecture}`, copy: (output) => copyDuckDb(architecture, output) },
    );
  }
}
