import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says of findings of cdk-nag, by id, why they stand, beside the construct that they are about. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
