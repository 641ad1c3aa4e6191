import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as opensearch from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';
import type { NetworkStack } from '../network-stack.ts';
import type { Stage } from '../stage.ts';

/** The managed OpenSearch domain of the audit trail, inside the network; requests are signed by roles of this account. */
export class AuditDomain extends Construct {
  readonly domain: opensearch.Domain;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly key: kms.IKey; readonly network: NetworkStack }) {
    super(scope, id);
    const { stage, key, network } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'Group', { vpc: network.vpc, description: 'The audit domain: the functions alone.', allowAllOutbound: false });
    securityGroup.addIngressRule(ec2.Peer.securityGroupId(network.functions.securityGroupId), ec2.Port.tcp(443), 'The functions');
    const logGroup = (name: string) => new logs.LogGroup(this, name, { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: network.logKey });
    const groups = { app: logGroup('AppLogs'), slowSearch: logGroup('SlowSearchLogs'), slowIndex: logGroup('SlowIndexLogs') };
    this.domain = new opensearch.Domain(this, 'Domain', {
      version: opensearch.EngineVersion.OPENSEARCH_2_19,
      vpc: network.vpc,
      vpcSubnets: [{ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      securityGroups: [securityGroup],
      capacity: {
        dataNodes: stage.auditDomain.dataNodes,
        dataNodeInstanceType: stage.auditDomain.instanceType,
        masterNodes: stage.auditDomain.managers,
        masterNodeInstanceType: 'm7g.medium.search',
        multiAzWithStandbyEnabled: false,
      },
      ebs: { volumeSize: stage.auditDomain.gibibytes, volumeType: ec2.EbsDeviceVolumeType.GP3 },
      zoneAwareness: { enabled: true, availabilityZoneCount: 2 },
      encryptionAtRest: { enabled: true, kmsKey: key },
      nodeToNodeEncryption: true,
      enforceHttps: true,
      tlsSecurityPolicy: opensearch.TLSSecurityPolicy.TLS_1_2_PFS,
      logging: {
        appLogEnabled: true,
        appLogGroup: groups.app,
        slowSearchLogEnabled: true,
        slowSearchLogGroup: groups.slowSearch,
        slowIndexLogEnabled: true,
        slowIndexLogGroup: groups.slowIndex,
      },
      suppressLogsResourcePolicy: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const policy = new logs.ResourcePolicy(this, 'LogDelivery', {
      policyStatements: [
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('es.amazonaws.com')],
          actions: ['logs:PutLogEvents', 'logs:CreateLogStream'],
          resources: Object.values(groups).map((group) => group.logGroupArn),
          conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
        }),
      ],
    });
    this.domain.node.addDependency(policy);
    // Roles of the account, as far as their own policies say; set here because the L2 would add a custom resource for it.
    const domain = this.domain.node.defaultChild;
    if (domain instanceof opensearch.CfnDomain) {
      domain.accessPolicies = new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({ principals: [new iam.AccountRootPrincipal()], actions: ['es:ESHttp*'], resources: ['*'] })],
      });
    }
  }

  get url(): string {
    return `https://${this.domain.domainEndpoint}`;
  }
}
