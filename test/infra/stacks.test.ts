import { readdirSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import { configOf, federation, synthesise } from './synthesis.ts';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string }>;

let stacks: Record<string, Template>;
const stack = (name: string): Template => {
  const found = stacks[name];
  if (!found) throw new Error(`no stack ${name} among ${Object.keys(stacks)}`);
  return found;
};
const resourcesOf = (template: Template): Resources => template.toJSON().Resources;
const ofType = (template: Template, type: string) =>
  Object.entries(resourcesOf(template)).filter(([, resource]) => resource.Type === type);

beforeAll(() => {
  stacks = synthesise('emulator');
});

/** The template without what is another at each change of a lambda. */
const normalised = (template: Template) =>
  JSON.parse(JSON.stringify(template.toJSON()).replaceAll(/[0-9a-f]{64}/g, 'hash'));

describe('the stacks of a stage', () => {
  it('are one that tenants share, and two for each environment', () => {
    expect(Object.keys(stacks).sort()).toEqual([
      'acme-production-stateful',
      'acme-production-stateless',
      'acme-sandbox-stateful',
      'acme-sandbox-stateless',
      'globex-production-stateful',
      'globex-production-stateless',
      'platform',
    ]);
  });

  it.each(['platform', 'acme-production-stateful', 'acme-production-stateless'])('are as they were: %s', (name) => {
    expect(normalised(stack(name))).toMatchSnapshot();
  });

  it.each(Object.keys(stages))('can be made of stage %s', (stage) => {
    expect(Object.keys(synthesise(stage))).toContain('acme-production-stateless');
  });

  it('share nothing by exports, which would lock deployments', () => {
    for (const template of Object.values(stacks)) {
      const outputs = Object.values<{ Export?: unknown }>(template.toJSON().Outputs);
      expect(outputs.filter((output) => output.Export)).toEqual([]);
    }
  });
});

describe('what keeps data', () => {
  it('has the logical ids that it always had: another id is another, empty resource', () => {
    const kept = (name: string) =>
      Object.entries(resourcesOf(stack(name)))
        .filter(([, one]) => one.DeletionPolicy === 'Retain' || one.Type === 'AWS::Transfer::Server')
        .map(([id, { Type }]) => `${id}: ${Type}`)
        .sort();
    expect(kept('acme-production-stateful')).toEqual([
      'Databasecustomer360: AWS::Glue::Database',
      'Databasedomain: AWS::Glue::Database',
      'Databasestitch: AWS::Glue::Database',
      'Lake: AWS::S3::Bucket',
      'SftpServer: AWS::Transfer::Server',
      'StreamsDeadLetters0A4F7042: AWS::SQS::Queue',
      'StreamsQueueA76D2789: AWS::SQS::Queue',
    ]);
    expect(kept('acme-sandbox-stateful')).not.toContain('SftpServer: AWS::Transfer::Server');
    expect(kept('platform')).toEqual(['ConsoleBucket: AWS::S3::Bucket', 'UserPool: AWS::Cognito::UserPool']);
    expect(kept('acme-production-stateless')).toEqual([]);
  });

  it('outlives its stack', () => {
    const kept = [
      ...['AWS::S3::Bucket', 'AWS::Glue::Database', 'AWS::SQS::Queue'].flatMap((type) =>
        ofType(stack('acme-production-stateful'), type),
      ),
      ...['AWS::S3::Bucket', 'AWS::Cognito::UserPool'].flatMap((type) => ofType(stack('platform'), type)),
    ];
    expect(kept).toHaveLength(8);
    for (const [id, { DeletionPolicy }] of kept) expect([id, DeletionPolicy]).toEqual([id, 'Retain']);
  });

  it('is encrypted, closed to the public, and reached over TLS alone', () => {
    for (const name of ['platform', 'acme-production-stateful', 'globex-production-stateful']) {
      const template = stack(name);
      template.allResourcesProperties('AWS::S3::Bucket', {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    }
  });
});

describe('what works on data', () => {
  it('is every lambda of the project, once for each environment or once for all', () => {
    const folders = readdirSync('lambdas').filter((name) => name !== 'shared');
    const all = synthesise('emulator', { ...configOf('emulator'), federation });
    const names = ['platform', 'acme-production-stateful', 'acme-production-stateless'].flatMap((name) =>
      ofType(all[name] as Template, 'AWS::Lambda::Function').map(([, { Properties }]) =>
        String(Properties.FunctionName),
      ),
    );
    const deployed = names.map((name) => name.replace(/^tributary-emulator-(acme-production-)?/, ''));
    expect(deployed.sort()).toEqual(folders.sort());
  });

  it('may touch everything only where AWS allows nothing less', () => {
    const allowed = /^(logs:|xray:)/;
    for (const [name, template] of Object.entries(stacks)) {
      for (const [id, { Properties }] of ofType(template, 'AWS::IAM::Policy')) {
        const { Statement } = Properties.PolicyDocument as {
          Statement: { Action: string | string[]; Resource: unknown }[];
        };
        for (const { Action, Resource } of Statement) {
          const actions = [Action].flat();
          expect([name, id, actions.filter((action) => /^\*$|:\*$/.test(action))]).toEqual([name, id, []]);
          if (Resource === '*') expect([id, actions.filter((action) => !allowed.test(action))]).toEqual([id, []]);
        }
      }
    }
  });

  it('may write all of the lake only where it makes tables, or brings data to another format', () => {
    const written = Object.fromEntries(
      ofType(stack('globex-production-stateless'), 'AWS::IAM::Policy').map(([id, { Properties }]) => {
        const { Statement } = Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
        const writing = Statement.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
        const keys = writing.flatMap(({ Resource }) => JSON.stringify(Resource).match(/[a-z-]*\/?\*/g) ?? []);
        return [id.replace(/(Role)?DefaultPolicy[0-9A-F]+$/, ''), keys.sort()];
      }),
    );
    const notes = ['leases/*', 'run-tasks/*', 'runs/*'];
    expect(written).toMatchObject({
      Stepsstartrun: notes,
      Stepssettleloads: notes,
      Stepsfailrun: notes,
      Stepsfinishrun: ['candidates/*', ...notes, 'stitch/*'],
      Functionsplantables: [],
      Functionsnotearrival: [],
    });
    const functions = Object.keys(written).filter((id) => /^(Steps|Functions)/.test(id));
    expect(functions.filter((id) => written[id]?.includes('/*')).sort()).toEqual([
      'Functionsprepareenvironment',
      'Stepsbuildtable',
      'Stepsmeasurestitch',
      'Stepsmergerows',
      'Stepsplanloads',
      'Stepspreparestitch',
      'Stepspublishdatabase',
      'Stepspublishfeed',
      'Stepsrunstitch',
      'Stepsspreadstitch',
    ]);
  });

  it('may look at the database that Athena looks at first, wherever it may start a statement', () => {
    const policies = ofType(stack('acme-production-stateless'), 'AWS::IAM::Policy').map(([, { Properties }]) => {
      const { Statement } = Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
      return Statement.map((one) => ({ action: [one.Action].flat(), resource: JSON.stringify(one.Resource) }));
    });
    const asking = policies.filter((all) => all.some(({ action }) => action.includes('athena:StartQueryExecution')));
    expect(asking.length).toBeGreaterThan(5);
    for (const policy of asking) {
      const first = policy.filter(({ resource }) => resource.includes(':database/default'));
      expect(first.map(({ action }) => action)).toEqual([['glue:GetDatabase']]);
    }
  });

  it('is told of failed runs: EventBridge delivers nothing to a topic whose policy sets it a condition', () => {
    const statements = ofType(stack('platform'), 'AWS::SNS::TopicPolicy').flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
    );
    const telling = (service: string) => statements.find(({ Sid }) => Sid === `Toldby${service}`);
    expect(telling('events')).toMatchObject({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } });
    expect(telling('events')).not.toHaveProperty('Condition');
    expect(telling('cloudwatch')).toHaveProperty('Condition');
  });

  it('looks after runs and schedules each half hour, with rights to the runs of its environment alone', () => {
    const template = stack('acme-production-stateless');
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'look-after-runs.half-hourly',
      ScheduleExpression: 'cron(0,30 * * * ? *)',
      State: 'ENABLED',
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'tributary-emulator-acme-production-ended-runs',
      EventPattern: { detail: { status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] } },
    });
  });

  it('keeps its logs for a time, and is told where it works', () => {
    const template = stack('acme-production-stateless');
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Environment: { Variables: { TRIBUTARY_PLACE: Match.anyValue() } },
    });
  });

  it('keeps tenants apart: no name of one is in the policies of another', () => {
    const policies = JSON.stringify(stack('globex-production-stateless').findResources('AWS::IAM::Policy'));
    expect(policies).toContain('globex');
    expect(policies).not.toContain('acme');
  });
});
