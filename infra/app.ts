import { App } from 'aws-cdk-lib';
import { checkedStage } from './check-config.ts';
import { pipeline, stages } from './config.ts';
import { PipelineStack } from './stacks/pipeline.ts';
import { addStacks } from './stacks/stage.ts';

// The one place that reads context: everything below is told by properties.
const app = new App();
const stage = app.node.tryGetContext('stage') ?? 'dev';
addStacks(app, stage, checkedStage(stages, stage));
if (pipeline) new PipelineStack(app, 'tributary-pipeline', { pipeline, stages });
app.synth();
