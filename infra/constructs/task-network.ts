import {
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type TaskNetworkId, taskClusterName, taskNetworkParameter } from '../names.ts';
import { acknowledge } from './acknowledge.ts';

/**
 * Where the tasks of a stage run, for all tenants, since an account has five networks and no more. Each task reaches AWS by an
 * address of its own and the lake by a gateway that costs nothing; nobody can reach a task.
 */
export class TaskNetwork extends Construct {
  constructor(scope: Construct, id: string, { stage }: { stage: string }) {
    super(scope, id);
    const made = new Vpc(this, 'Vpc', {
      vpcName: taskClusterName(stage),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'tasks', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
      gatewayEndpoints: { Lake: { service: GatewayVpcEndpointAwsService.S3 } },
      restrictDefaultSecurityGroup: false,
    });
    const vpc = made as IVpc;
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: `Tasks of ${stage}: nothing comes in, HTTPS goes out`,
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.HTTPS);
    const couriers = new SecurityGroup(this, 'Couriers', {
      vpc,
      description: `Tasks of ${stage} that pull files: nothing comes in, any port goes out`,
    });
    new Cluster(this, 'Cluster', { vpc, clusterName: taskClusterName(stage) });
    const [a, b] = vpc.publicSubnets;
    if (!a || !b) throw new Error('a task network has two subnets, so that a task finds room in one of them');
    this.#tell(stage, {
      'subnet-a': a.subnetId,
      'subnet-b': b.subnetId,
      'security-group': group.securityGroupId,
      'courier-security-group': couriers.securityGroupId,
    });
    acknowledge(this, {
      'AwsSolutions-VPC7':
        'Only tasks of ours are in it, which take no connections; what they do is in their logs and in the runs.',
      'AwsSolutions-ECS4':
        'Runs tell how long each task worked; Container Insights would add a price a metric to that.',
    });
  }

  /** Ids that no name stands for: environments read them when they are deployed, which no export of a stack would let go of. */
  #tell(stage: string, ids: Readonly<Record<TaskNetworkId, string>>): void {
    for (const [name, stringValue] of Object.entries(ids) as [TaskNetworkId, string][])
      new StringParameter(this, name, { parameterName: taskNetworkParameter(stage, name), stringValue });
  }
}
