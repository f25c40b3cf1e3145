import { readFileSync } from 'node:fs';
import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { projectPath } from '../paths.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import { deployedMachine, type Waiting } from './deployed-machine.ts';
import type { EnvironmentRights } from './environment-rights.ts';
import { ExpiringLog } from './expiring-log.ts';
import type { StitchTask } from './stitch-task.ts';

export interface AslStateMachineProps {
  /** Name of the file `statemachines/<file>.asl.json`. */
  file: string;
  stateMachineName: string;
  /** What each `${…}` of the file stands for, no more and no fewer; those of the task aside. */
  substitutions: Readonly<Record<string, IFunction | AslStateMachine>>;
  /** The statements that functions of the file begin, and what they may touch. */
  statements: Waiting & { rights: EnvironmentRights };
  /** The task that the file runs, where it does. */
  task?: StitchTask;
}

/** A state machine of `statemachines/`, with the right to call what its file names: names and rights can't drift apart. */
export class AslStateMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: AslStateMachineProps) {
    super(scope, id);
    const text = readFileSync(projectPath(`statemachines/${props.file}.asl.json`), 'utf8');
    const named = placeholdersOf(text);
    const ofTask = Object.entries(props.task?.substitutions ?? {}).filter(([name]) => named.includes(name));
    const ofOthers = Object.entries(props.substitutions).map(([name, target]) => [name, arnOf(target)] as const);
    const substitutions = Object.fromEntries([...ofOthers, ...ofTask]);
    refuseMismatch(props.file, named, Object.keys(substitutions));
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: props.stateMachineName,
      definitionBody: DefinitionBody.fromString(JSON.stringify(deployedMachine(JSON.parse(text), props.statements))),
      definitionSubstitutions: substitutions,
      tracingEnabled: true,
      logs: {
        destination: new ExpiringLog(this, 'Log', `/aws/vendedlogs/states/${props.stateMachineName}`),
        level: LogLevel.ALL,
      },
    });
    for (const target of Object.values(props.substitutions)) this.#grant(target);
    if (props.task) this.#grantTask(props.task);
    if (text.includes('"DISTRIBUTED"')) this.#grantOwnPieces(props.stateMachineName);
    const { functions, rights } = props.statements;
    const asks = text.includes('arn:aws:states:::athena:') || functions.some((name) => name in props.substitutions);
    // Athena reads and writes as who waits for the statement, too.
    if (asks) rights.grant(this.machine.role, ['objects', 'tables']);
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'Delivery of logs and X-Ray traces are granted by AWS on all resources only: neither has resources to name.',
    });
  }

  #grant(target: IFunction | AslStateMachine): void {
    if (target instanceof AslStateMachine) this.#grantNested(target.machine);
    else
      this.machine.addToRolePolicy(
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
      );
  }

  #grantTask(task: StitchTask): void {
    const statements = task.statementsToRun();
    for (const statement of statements) this.machine.addToRolePolicy(statement);
    acknowledgeWildcards(
      this,
      statements.flatMap(({ resources }) => resources),
      'Each deploy makes a revision of the task, and each execution tasks whose names AWS makes.',
    );
  }

  /** The items of a distributed map are executions of the machine itself, which it starts and follows. */
  #grantOwnPieces(stateMachineName: string): void {
    const own = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const executions = own('execution', `${stateMachineName}/*`);
    acknowledgeWildcards(this, [executions], 'Executions of items are named when they start.');
    this.machine.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:StartExecution'],
        resources: [own('stateMachine', stateMachineName)],
      }),
    );
    this.machine.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
        resources: [executions],
      }),
    );
  }

  /** Waiting for a nested execution (`.sync`) is done by a rule of EventBridge that Step Functions makes itself. */
  #grantNested(nested: StateMachine): void {
    const stack = Stack.of(this);
    const executions = Arn.format(
      {
        service: 'states',
        resource: 'execution',
        resourceName: `${nested.stateMachineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      },
      stack,
    );
    const rule = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
    });
    acknowledgeWildcards(this, [executions], 'Executions are named when they start, each by its run.');
    this.machine.addToRolePolicy(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [nested.stateMachineArn] }),
    );
    this.machine.addToRolePolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [executions] }),
    );
    this.machine.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [rule],
      }),
    );
  }
}

const arnOf = (target: IFunction | AslStateMachine): string =>
  target instanceof AslStateMachine ? target.machine.stateMachineArn : target.functionArn;

/** Names in `${…}` of a state machine's file. */
export const placeholdersOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name ?? '')),
];

function refuseMismatch(file: string, named: string[], given: string[]): void {
  const missing = named.filter((name) => !given.includes(name));
  const unused = given.filter((name) => !named.includes(name));
  if (missing.length + unused.length === 0) return;
  throw new Error(
    `statemachines/${file}.asl.json and its substitutions differ: not given ${list(missing)}, not in the file ${list(unused)}`,
  );
}

const list = (names: string[]): string => (names.length === 0 ? 'none' : names.join(', '));
