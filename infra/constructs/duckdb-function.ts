import { Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CoreFunction, type CoreFunctionProps } from './core-function.ts';
import type { DuckDbEngine } from './duckdb-engine.ts';

/** A function that DuckDB runs in: files on their way have ten gigabytes. */
export class DuckDbFunction extends CoreFunction {
  constructor(scope: Construct, id: string, { engine, ...props }: CoreFunctionProps & { engine: DuckDbEngine }) {
    const layers = [engine, ...(props.layers ?? [])];
    super(scope, id, { ...props, layers, scratch: Size.gibibytes(10) });
  }
}
