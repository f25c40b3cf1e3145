import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { projectPath } from '../paths.ts';

/**
 * A zip named by what is in it, which is laid into a folder on this machine: neither esbuild nor a binding needs a container.
 * CDK makes that of equal `names` once.
 */
export const localZip = (names: string[], lay: (output: string) => void): Code =>
  Code.fromAsset(projectPath('lambdas'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      command: names,
      local: {
        tryBundle(output) {
          lay(output);
          return true;
        },
      },
    },
  });
