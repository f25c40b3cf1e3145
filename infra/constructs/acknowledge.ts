import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says of findings of cdk-nag, by id, why they stand, beside the construct that they are about. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/** Says why a policy names resources that no template knows; each of them is a finding of its own. */
export function acknowledgeWildcards(construct: IConstruct, resources: readonly string[], reason: string): void {
  const stack = Stack.of(construct);
  const wild = resources.map((resource) => spelled(stack.resolve(resource))).filter((name) => name.includes('*'));
  acknowledge(construct, Object.fromEntries(wild.map((name) => [`AwsSolutions-IAM5[Resource::${name}]`, reason])));
}

type Resolved = string | { Ref: string } | { 'Fn::GetAtt': [string, string] } | { 'Fn::Join': ['', Resolved[]] };

/** A value of a template as cdk-nag writes it. */
function spelled(value: Resolved): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  return value['Fn::Join'][1].map(spelled).join('');
}
