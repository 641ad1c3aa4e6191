import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowLogs } from './parts/log-key.ts';

/** Services that are reached without leaving Amazon's network, each by an interface endpoint. */
const interfaces = {
  Textract: ec2.InterfaceVpcEndpointAwsService.TEXTRACT,
  Rekognition: ec2.InterfaceVpcEndpointAwsService.REKOGNITION,
  Kms: ec2.InterfaceVpcEndpointAwsService.KMS,
  Sqs: ec2.InterfaceVpcEndpointAwsService.SQS,
  Sns: ec2.InterfaceVpcEndpointAwsService.SNS,
  StepFunctions: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
  EventBridge: ec2.InterfaceVpcEndpointAwsService.EVENTBRIDGE,
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  XRay: ec2.InterfaceVpcEndpointAwsService.XRAY,
};

/** Two zones: public subnets hold nothing but the way out (registers, webhooks), all else is private or isolated. */
export class NetworkStack extends Stack {
  readonly vpc: ec2.Vpc;
  readonly functions: ec2.SecurityGroup;
  /** Logs of the network and of what stands in it. */
  readonly logKey: kms.Key;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.logKey = new kms.Key(this, 'LogKey', { description: 'Logs of the network', enableKeyRotation: true, pendingWindow: Duration.days(30) });
    allowLogs(this.logKey);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 2,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: 'Out', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'Functions', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: {
        S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
      },
      flowLogs: {
        All: { destination: ec2.FlowLogDestination.toCloudWatchLogs(new logs.LogGroup(this, 'FlowLogs', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.logKey })) },
      },
    });
    this.functions = new ec2.SecurityGroup(this, 'FunctionsGroup', {
      vpc: this.vpc,
      description: 'The Lambda functions: nothing comes in.',
      allowAllOutbound: false,
    });
    this.functions.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Services, registers and webhooks, by TLS');
    this.functions.addEgressRule(ec2.Peer.ipv4(this.vpc.vpcCidrBlock), ec2.Port.tcp(5432), 'The database proxy');
    for (const [name, service] of Object.entries(interfaces)) {
      const securityGroup = new ec2.SecurityGroup(this, `${name}EndpointGroup`, {
        vpc: this.vpc,
        description: `Endpoint of ${name}: the functions alone.`,
        allowAllOutbound: false,
      });
      securityGroup.addIngressRule(this.functions, ec2.Port.tcp(443), 'The functions');
      this.vpc.addInterfaceEndpoint(name, {
        service,
        securityGroups: [securityGroup],
        open: false,
        subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      });
    }
  }
}
