import { ArnFormat, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { NetworkStack } from '../network-stack.ts';
import type { Stage } from '../stage.ts';

export const DATABASE = 'kyc';
export const OWNER = 'kyc';
export const ANALYST = 'kyc_analyst';

export interface DatabaseProps {
  readonly stage: Stage;
  readonly key: kms.IKey;
  readonly network: NetworkStack;
}

/**
 * Aurora PostgreSQL Serverless v2, a writer and a reader in two zones, reached only through a proxy and only with
 * credentials of IAM. Analysts have an endpoint of their own, which leads to the reader.
 */
export class Database extends Construct {
  readonly cluster: rds.DatabaseCluster;
  readonly proxy: rds.DatabaseProxy;
  readonly readOnly: rds.IDatabaseProxyEndpoint;
  /** To be attached to the role in which analysts sign in to AWS. */
  readonly analystPolicy: iam.ManagedPolicy;
  readonly analystSecret: secrets.ISecret;
  readonly securityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, { stage, key, network }: DatabaseProps) {
    super(scope, id);
    const { vpc } = network;
    const engine = rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_17_6 });
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const clusterGroup = new ec2.SecurityGroup(this, 'ClusterGroup', { vpc, description: 'Aurora: the proxy and rotation alone.', allowAllOutbound: false });
    const instance = { performanceInsightEncryptionKey: key, enablePerformanceInsights: true, autoMinorVersionUpgrade: true, publiclyAccessible: false };
    this.cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine,
      vpc,
      vpcSubnets,
      securityGroups: [clusterGroup],
      defaultDatabaseName: DATABASE,
      credentials: rds.Credentials.fromGeneratedSecret(OWNER, { encryptionKey: key }),
      writer: rds.ClusterInstance.serverlessV2('Writer', instance),
      readers: [rds.ClusterInstance.serverlessV2('Reader', { ...instance, scaleWithWriter: true })],
      serverlessV2MinCapacity: stage.database.minCapacity,
      serverlessV2MaxCapacity: stage.database.maxCapacity,
      storageEncryptionKey: key,
      iamAuthentication: true,
      enableDataApi: true,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      backup: { retention: Duration.days(35) },
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      monitoringInterval: Duration.minutes(1),
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        // Statements are not logged: passwords are rotated by one (ALTER ROLE). The shape is changed by migrations alone.
        parameters: { 'rds.force_ssl': '1', log_statement: 'none', log_parameter_max_length: '0', log_parameter_max_length_on_error: '0' },
      }),
    });
    const owner = this.cluster.secret;
    if (owner === undefined) throw new TypeError('The cluster has no secret');
    const analyst = new rds.DatabaseSecret(this, 'AnalystSecret', { username: ANALYST, encryptionKey: key, dbname: DATABASE });
    this.rotate(analyst, vpc);
    this.cluster.addRotationSingleUser({ automaticallyAfter: Duration.days(30), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } });

    this.securityGroup = new ec2.SecurityGroup(this, 'ProxyGroup', { vpc, description: 'The database proxy: the functions alone.', allowAllOutbound: false });
    this.securityGroup.addIngressRule(ec2.Peer.securityGroupId(network.functions.securityGroupId), ec2.Port.tcp(5432), 'The functions');
    this.securityGroup.addEgressRule(clusterGroup, ec2.Port.tcp(5432), 'Aurora');
    clusterGroup.addIngressRule(this.securityGroup, ec2.Port.tcp(5432), 'The proxy');
    this.proxy = new rds.DatabaseProxy(this, 'Proxy', {
      proxyTarget: rds.ProxyTarget.fromCluster(this.cluster),
      secrets: [owner, analyst],
      vpc,
      vpcSubnets,
      securityGroups: [this.securityGroup],
      iamAuth: true,
      requireTLS: true,
      // Pinned sessions (migrations hold session locks) give their connection back soon.
      idleClientTimeout: Duration.minutes(5),
      maxConnectionsPercent: 90,
    });
    const analysts = new ec2.SecurityGroup(this, 'AnalystsGroup', { vpc, description: 'The endpoint of analysts: the networks of the stage.', allowAllOutbound: false });
    for (const addresses of stage.analystNetworks) analysts.addIngressRule(ec2.Peer.ipv4(addresses), ec2.Port.tcp(5432), 'Analysts');
    analysts.addEgressRule(clusterGroup, ec2.Port.tcp(5432), 'Aurora');
    clusterGroup.addIngressRule(analysts, ec2.Port.tcp(5432), 'The endpoint of analysts');
    this.readOnly = this.proxy.addEndpoint('Analysts', {
      vpc,
      vpcSubnets,
      securityGroups: [analysts],
      targetRole: rds.ProxyEndpointTargetRole.READ_ONLY,
    });
    this.analystSecret = analyst;
    this.analystPolicy = new iam.ManagedPolicy(this, 'AnalystPolicy', {
      managedPolicyName: `${stage.name}-analyst`,
      description: 'Connects to the read-only endpoint as the role that may read the tables and nothing else.',
      statements: [new iam.PolicyStatement({ actions: ['rds-db:connect'], resources: [this.userArn(ANALYST)] })],
    });
  }

  /** The owner's URL through the proxy; the password is a token of IAM, made anew for each connection. */
  get url(): string {
    return `postgresql://${OWNER}@${this.proxy.endpoint}:5432/${DATABASE}?sslmode=require`;
  }

  /** What `rds-db:connect` is granted on, for one database user through the proxy. */
  userArn(user: string): string {
    const proxyId = Fn.select(6, Fn.split(':', this.proxy.dbProxyArn));
    return Stack.of(this).formatArn({ service: 'rds-db', resource: 'dbuser', resourceName: `${proxyId}/${user}`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  private rotate(secret: secrets.ISecret, vpc: ec2.IVpc): void {
    new secrets.SecretRotation(this, 'AnalystRotation', {
      application: secrets.SecretRotationApplication.POSTGRES_ROTATION_SINGLE_USER,
      secret: secret.attach(this.cluster),
      target: this.cluster,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      automaticallyAfter: Duration.days(30),
    });
  }
}
