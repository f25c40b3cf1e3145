import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import { projectPath } from '../paths.ts';
import { CoreFunction, type CoreFunctionProps } from './core-function.ts';

const answering = 'custom-resource.mjs';

/** A function that a custom resource is made by. CDK's provider would bring functions whose runtime must have the SDK. */
export class CustomResourceFunction extends CoreFunction {
  constructor(scope: Construct, id: string, props: CoreFunctionProps) {
    super(scope, id, props, {
      name: 'custom-resource',
      copy: (output) => cpSync(projectPath(`infra/bundling/${answering}`), join(output, answering)),
      handler: 'custom-resource.handler',
    });
  }
}
