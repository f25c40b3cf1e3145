import { Duration, RemovalPolicy, type Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ICommandHooks, NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { projectPath } from '../paths.ts';
import type { StageConfig } from '../stage-config.ts';
import { copySqlModule } from './bundle-files.ts';

export interface CoreFunctionProps {
  /** Folder of its handler in `lambdas/`. */
  lambda: string;
  description: string;
  /** Start of its log group's name. */
  place: string;
  architecture: StageConfig['architecture'];
  memory: number;
  /** Lambda allows 15. */
  minutes: number;
  environment: Readonly<Record<string, string>>;
  /** Name of its role where another account or stack trusts it by name. */
  roleName?: string;
}

/** What a kind of function adds to the defaults. */
export interface Kind {
  /** Copies what esbuild can't put into the bundle. */
  copy: (outputFolder: string) => string[];
  scratch?: Size;
}

/** A function of `lambdas/`: one bundle with all that it needs, one role, one log that ends. */
export class CoreFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: CoreFunctionProps, kind: Kind = { copy: () => [] }) {
    const log = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/tributary/${props.place}/${props.lambda}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(props.roleName !== undefined && { roleName: props.roleName }),
    });
    log.grantWrite(role);
    super(scope, id, {
      entry: projectPath(`lambdas/${props.lambda}/handler.ts`),
      projectRoot: projectPath('.'),
      depsLockFilePath: projectPath('package-lock.json'),
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      description: props.description,
      memorySize: props.memory,
      timeout: Duration.minutes(props.minutes),
      ...(kind.scratch && { ephemeralStorageSize: kind.scratch }),
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      logGroup: log,
      role,
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        // Older than the runtime, so that the same bundle runs on the Node of the machines that build it.
        target: 'node20',
        mainFields: ['module', 'main'],
        minify: true,
        keepNames: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.DEFAULT,
        sourcesContent: false,
        // The SDK is bundled; only the engine's native binding can't be.
        externalModules: ['@duckdb/*'],
        banner: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
        commandHooks: hooks((folder) => [copySqlModule(folder), ...kind.copy(folder)]),
      },
    });
  }
}

const hooks = (after: (outputFolder: string) => string[]): ICommandHooks => ({
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (_input, output) => after(output),
});
