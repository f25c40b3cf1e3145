import { readdirSync, readFileSync } from 'node:fs';
import validate from 'asl-validator';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../core/contracts/deployment.ts';
import { AslStateMachine, placeholdersOf } from '../../infra/constructs/asl-state-machine.ts';
import { EnvironmentRights } from '../../infra/constructs/environment-rights.ts';
import { askingSteps } from '../../infra/functions.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:step';

function machineOf(file: string, names: readonly string[]): Stack {
  const stack = new Stack(new App(), 'Stack');
  const step = LambdaFunction.fromFunctionArn(stack, 'Step', arn);
  const substitutions = Object.fromEntries(names.map((name) => [name, step]));
  const place = placeOf(
    { stage: 'test', account: '1', region: 'eu-west-1' },
    { tenant: 'acme', environment: 'sandbox' },
  );
  const rights = new EnvironmentRights(stack, 'Rights', place);
  const statements = { functions: askingSteps, workgroup: place.workgroup, patienceMs: 5000, rights };
  new AslStateMachine(stack, 'Machine', { file, stateMachineName: `test-${file}`, substitutions, statements });
  return stack;
}

describe('a state machine of a file', () => {
  it('may call what the file names, and nothing else', () => {
    const template = Template.fromStack(
      machineOf('build-database', ['plan-database', 'build-table', 'publish-database']),
    );
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      DefinitionSubstitutions: { 'plan-database': arn, 'build-table': arn, 'publish-database': arn },
      LoggingConfiguration: { Level: 'ALL' },
      TracingConfiguration: { Enabled: true },
    });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(
      `{"Action":"lambda:InvokeFunction","Effect":"Allow","Resource":"${arn}"}`,
    );
  });

  it('is refused without something that the file names, or with something that it does not', () => {
    expect(() => machineOf('build-database', ['build-table', 'publish-database', 'read-file'])).toThrow(
      'statemachines/build-database.asl.json and its substitutions differ: not given plan-database, not in the file read-file',
    );
  });
});

describe.each(readdirSync('statemachines'))('%s', (file) => {
  it('is valid Amazon States Language as it is deployed', () => {
    const name = file.replace('.asl.json', '');
    const names = placeholdersOf(readFileSync(`statemachines/${file}`, 'utf8'));
    const [machine] = Object.values(
      Template.fromStack(machineOf(name, names)).findResources('AWS::StepFunctions::StateMachine'),
    );
    const text: string = machine?.Properties.DefinitionString;
    const definition = JSON.parse(text.replaceAll(/\$\{[a-z-]+\}/g, arn));
    const { isValid, errors } = validate(definition, { checkArn: true, checkPaths: true });
    expect([isValid, errors]).toEqual([true, []]);
  });
});
