import { type CfnOutput, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import {
  CodePipeline,
  CodePipelineSource,
  type IFileSetProducer,
  ManualApprovalStep,
  ShellStep,
} from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import { checkedStage } from '../check-config.ts';
import type { PipelineConfig, StageConfig } from '../stage-config.ts';
import { addStacks } from './stage.ts';

export interface PipelineProps extends StackProps {
  pipeline: PipelineConfig;
  stages: Readonly<Record<string, StageConfig>>;
}

/** Ships the code: synth and test, a first stage and its check, and production when somebody has approved. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineProps) {
    super(scope, id, { ...props, description: 'Ships Tributary from its repository to its stages' });
    const { connectionArn, repository, branch, first, production } = props.pipeline;
    const input = CodePipelineSource.connection(repository, branch, { connectionArn }) as IFileSetProducer;
    const pipeline = new CodePipeline(this, 'Pipeline', {
      pipelineName: 'tributary',
      synth: new ShellStep('Synth', {
        input,
        commands: ['npm ci', 'npm test', 'npx cdk synth -q'],
      }) as IFileSetProducer,
    });
    const tried = new DeployedStage(this, first, props.stages);
    const check = new ShellStep('Check', {
      envFromCfnOutputs: { API_URL: tried.apiUrl },
      commands: ['curl --fail --silent --show-error --retry 5 "$API_URL/api/v0/health"'],
    });
    pipeline.addStage(tried, { post: [check] });
    pipeline.addStage(new DeployedStage(this, production, props.stages), { pre: [new ManualApprovalStep('Approve')] });
  }
}

/** The stacks of one stage, deployed together. */
class DeployedStage extends Stage {
  readonly apiUrl: CfnOutput;

  constructor(scope: Construct, stage: string, stages: Readonly<Record<string, StageConfig>>) {
    super(scope, stage);
    this.apiUrl = addStacks(this, stage, checkedStage(stages, stage)).apiUrl;
  }
}
