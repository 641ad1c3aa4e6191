import { CfnOutput, Duration, RemovalPolicy, SecretValue, Stack, type StackProps } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { NetworkStack } from './network-stack.ts';
import { AuditDomain } from './parts/audit-domain.ts';
import { Buckets } from './parts/buckets.ts';
import { Database } from './parts/database.ts';
import { Keys } from './parts/keys.ts';
import { SignIn } from './parts/sign-in.ts';
import { Tables } from './parts/tables.ts';
import { type Stage, has } from './stage.ts';

export interface StateProps extends StackProps {
  readonly stage: Stage;
  readonly network: NetworkStack | null;
}

/** Everything that must outlive a mistake: nothing in here is removed with the stack. */
export class StateStack extends Stack {
  readonly keys: Keys;
  readonly buckets: Buckets;
  readonly tables: Tables;
  readonly bus: events.EventBus;
  readonly secret: secrets.Secret;
  readonly signIn: SignIn | null;
  readonly database: Database | null;
  readonly auditDomain: AuditDomain | null;

  constructor(scope: Construct, id: string, props: StateProps) {
    super(scope, id, props);
    const { stage, network } = props;
    this.keys = new Keys(this, 'Keys', stage.name);
    const key = this.keys.storage;
    this.buckets = new Buckets(this, 'Buckets', { stage, key });
    this.tables = new Tables(this, 'Tables', { prefix: `${stage.name}-`, key });
    this.database = network !== null && has(stage, 'database') ? new Database(this, 'Database', { stage, key, network }) : null;
    this.auditDomain = network !== null && has(stage, 'audit-domain') ? new AuditDomain(this, 'AuditDomain', { stage, key, network }) : null;
    this.signIn = has(stage, 'sign-in') ? new SignIn(this, 'SignIn', `${stage.name}-staff-${this.account}`) : null;

    // By its ARN: the L2 would write the bus into the key's policy, and the key into the bus.
    const busKey = kms.Key.fromKeyArn(this, 'BusKey', key.keyArn);
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'EventsOfThisAccount',
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    this.bus = new events.EventBus(this, 'Bus', { eventBusName: stage.name, kmsKey: busKey });
    if (has(stage, 'archive')) {
      // For looking at and for a new consumer's first days. Replays come unordered: a rebuild reads the ledger.
      new events.Archive(this, 'Archive', { sourceEventBus: this.bus, eventPattern: { source: ['kyc.ledger'] }, retention: Duration.days(30), kmsKey: busKey });
    }
    this.secret = new secrets.Secret(this, 'Secret', {
      description: 'Apify token and webhook subscribers: {"apifyToken"?, "webhooks"?: [{"url", "secret", "types"?}]}',
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
      // Nothing secret yet: the operator puts the real value in (docs/deploy.md).
      secretStringValue: SecretValue.unsafePlainText('{"webhooks":[]}'),
    });
    if (has(stage, 'backup')) this.backUp();
    new CfnOutput(this, 'RawBucket', { value: this.buckets.raw.bucketName });
    new CfnOutput(this, 'EvidenceBucket', { value: this.buckets.evidence.bucketName });
    new CfnOutput(this, 'TilesBucket', { value: this.buckets.tiles.bucketName });
    new CfnOutput(this, 'SecretArn', { value: this.secret.secretArn });
    new CfnOutput(this, 'SigningKey', { value: this.keys.signing.keyArn });
    if (this.signIn !== null) new CfnOutput(this, 'StaffPool', { value: this.signIn.pool.userPoolId });
    if (this.database !== null) {
      const { readOnly, analystPolicy, analystSecret, cluster } = this.database;
      new CfnOutput(this, 'AnalystsEndpoint', { value: readOnly.endpoint });
      new CfnOutput(this, 'AnalystPolicy', { value: analystPolicy.managedPolicyArn });
      new CfnOutput(this, 'AnalystSecret', { value: analystSecret.secretArn });
      new CfnOutput(this, 'DatabaseArn', { value: cluster.clusterArn });
      if (cluster.secret !== undefined) new CfnOutput(this, 'OwnerSecret', { value: cluster.secret.secretArn });
    }
    new CfnOutput(this, 'WrappingKey', { value: this.keys.wrapping.keyArn });
    new CfnOutput(this, 'LookupKey', { value: this.keys.lookup.keyArn });
  }

  /** Daily, kept 35 days as point-in-time recovery is: by then an erased subject's key is in no backup any more. */
  private backUp(): void {
    const vault = new backup.BackupVault(this, 'Vault', { encryptionKey: this.keys.storage, removalPolicy: RemovalPolicy.RETAIN, lockConfiguration: { minRetention: Duration.days(7), maxRetention: Duration.days(35) } });
    const plan = new backup.BackupPlan(this, 'Plan', {
      backupVault: vault,
      backupPlanRules: [new backup.BackupPlanRule({ ruleName: 'Daily', deleteAfter: Duration.days(35) })],
    });
    plan.addSelection('State', {
      resources: [backup.BackupResource.fromConstruct(this.tables), ...(this.database === null ? [] : [backup.BackupResource.fromConstruct(this.database)])],
    });
  }
}
