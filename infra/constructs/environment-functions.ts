import { Size, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { courierRolesVariable, type Place, placeName, placeVariables } from '../../core/contracts/deployment.ts';
import type { FunctionConfig } from '../functions.ts';
import type { CouriersConfig, StageConfig } from '../stage-config.ts';
import { CoreFunction, type CoreFunctionProps } from './core-function.ts';
import type { DuckDbEngine } from './duckdb-engine.ts';
import { DuckDbFunction } from './duckdb-function.ts';
import type { EnvironmentRights } from './environment-rights.ts';
import type { SqlParser } from './sql-parser.ts';

export interface EnvironmentFunctionsProps<Name extends string> {
  stage: string;
  config: StageConfig;
  place: Place;
  rights: EnvironmentRights;
  couriers: CouriersConfig;
  parser: SqlParser;
  engine: DuckDbEngine;
  functions: Readonly<Record<Name, FunctionConfig>>;
}

/** Functions of one environment: each knows its place, and may touch what its configuration says. */
export class EnvironmentFunctions<Name extends string> extends Construct {
  readonly byName: Readonly<Record<Name, LambdaFunction>>;

  constructor(scope: Construct, id: string, props: EnvironmentFunctionsProps<Name>) {
    super(scope, id);
    const entries = Object.entries<FunctionConfig>(props.functions);
    this.byName = Object.fromEntries(entries.map(([name, config]) => [name, this.#add(name, config, props)])) as Record<
      Name,
      LambdaFunction
    >;
  }

  #add(lambda: string, given: FunctionConfig, props: EnvironmentFunctionsProps<Name>): LambdaFunction {
    const { stage, config, place, rights, couriers, parser, engine } = props;
    // What signs in to sources is a courier's.
    const courier = given.rights.includes('connections') ? couriers : undefined;
    const core: CoreFunctionProps = {
      lambda,
      description: given.does,
      place: placeName(stage, place),
      architecture: config.architecture,
      memory: given.memory ?? config.duckdbMemory,
      minutes: given.minutes,
      environment: {
        [placeVariables.one]: Stack.of(this).toJsonString(place),
        ...(courier && { [courierRolesVariable]: JSON.stringify(courier.roles ?? []) }),
      },
      ...(courier?.network && { network: courier.network }),
      ...(given.sql && { layers: [parser] }),
      ...(given.scratch !== undefined && { scratch: Size.gibibytes(given.scratch) }),
    };
    const made = given.duckdb
      ? new DuckDbFunction(this, lambda, { ...core, engine })
      : new CoreFunction(this, lambda, core);
    rights.grant(made.role, given.rights);
    return made;
  }
}
