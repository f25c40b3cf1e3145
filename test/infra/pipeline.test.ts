import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import { PipelineStack } from '../../infra/stacks/pipeline.ts';
import { unbundledApp } from './synthesis.ts';

const connectionArn = 'arn:aws:codeconnections:eu-west-1:123456789012:connection/one';

interface Stage {
  Name: string;
  Actions: { Name: string; RunOrder: number }[];
}
let pipeline: Stage[];

beforeAll(() => {
  const stack = new PipelineStack(unbundledApp(), 'tributary-pipeline', {
    stages,
    pipeline: { connectionArn, repository: 'example/tributary', branch: 'main', first: 'beta', production: 'prod' },
  });
  const [made] = Object.values(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'));
  pipeline = made?.Properties.Stages;
});

describe('the deploy pipeline', () => {
  it('ships to the first stage, and to production after it', () => {
    expect(pipeline.map(({ Name }) => Name)).toEqual(['Source', 'Build', 'UpdatePipeline', 'Assets', 'beta', 'prod']);
  });

  it('checks the first stage last of all, and asks somebody before anything of production', () => {
    const [beta, prod] = ['beta', 'prod'].map((name) => pipeline.find(({ Name }) => Name === name)?.Actions ?? []);
    expect(beta?.toSorted((a, b) => a.RunOrder - b.RunOrder).at(-1)?.Name).toBe('Check');
    expect(prod?.filter(({ RunOrder }) => RunOrder === 1).map(({ Name }) => Name)).toEqual(['Approve']);
  });
});
