import { Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type Place, sftpServerParameter } from '../../core/contracts/deployment.ts';
import { apiRoleName } from '../names.ts';
import type { EnvironmentRights } from './environment-rights.ts';

export interface AccessRoleProps {
  stage: string;
  place: Place;
  rights: EnvironmentRights;
  hasSftpSite: boolean;
}

/** The role that the API takes on for a request to one environment, and that nothing else may take on. */
export class AccessRole extends Construct {
  constructor(scope: Construct, id: string, props: AccessRoleProps) {
    super(scope, id);
    const api = Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: apiRoleName(props.stage),
    });
    const role = new Role(this, 'Role', {
      roleName: props.place.role.split('/').at(-1) ?? '',
      description: `Requests to ${props.place.tenant} ${props.place.environment}`,
      assumedBy: new ArnPrincipal(api),
    });
    props.rights.grant(role, ['objects', 'tables', 'runs', 'secrets', 'connection-tests']);
    props.rights.grant(role, ['sftp-server-id', 'schedules', 'streams']);
    if (props.hasSftpSite) {
      const id = StringParameter.valueForStringParameter(this, sftpServerParameter(props.place));
      props.rights.grantSftpServer(role, id);
    }
  }
}
