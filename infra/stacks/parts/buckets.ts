import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

const KEY_HEADER = 's3:x-amz-server-side-encryption-aws-kms-key-id';

/** Raw uploads, sealed evidence, the log's tiles; and who touched them. */
export class Buckets extends Construct {
  readonly raw: s3.Bucket;
  readonly evidence: s3.Bucket;
  readonly tiles: s3.Bucket;
  readonly exports: s3.Bucket;
  readonly accessLogs: s3.Bucket;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly key: kms.IKey }) {
    super(scope, id);
    const { stage, key } = props;
    const common = {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    // Log delivery cannot write under a key of one's own: S3's key here.
    this.accessLogs = new s3.Bucket(this, 'AccessLogs', {
      ...common,
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(400), noncurrentVersionExpiration: Duration.days(1) }],
    });
    const sealed = { ...common, encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true, serverAccessLogsBucket: this.accessLogs };
    // No default retention in any: the platform sets it object by object (KYC_LOCK_MODE), for unsealed uploads and the
    // log's moving head must stay removable.
    this.raw = new s3.Bucket(this, 'Raw', {
      ...sealed,
      serverAccessLogsPrefix: 'raw/',
      objectLockEnabled: true,
      // Uploads are taken in within seconds and then removed; what nobody could take in leaves after a month.
      lifecycleRules: [{ expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.evidence = new s3.Bucket(this, 'Evidence', { ...sealed, serverAccessLogsPrefix: 'evidence/', objectLockEnabled: true });
    this.tiles = new s3.Bucket(this, 'Tiles', { ...sealed, serverAccessLogsPrefix: 'tiles/', objectLockEnabled: true });
    // Personal data in the clear for an hour: removed by the platform, by this rule where that failed. The page that
    // fetches a bag comes by a signed address, from whatever name the console has.
    this.exports = new s3.Bucket(this, 'Exports', {
      ...sealed,
      serverAccessLogsPrefix: 'exports/',
      cors: [{ allowedMethods: [s3.HttpMethods.GET], allowedOrigins: ['*'], maxAge: 60 }],
      lifecycleRules: [{ expiration: Duration.days(1), noncurrentVersionExpiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    for (const bucket of [this.raw, this.evidence, this.tiles, this.exports]) {
      bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'OtherKeysNever',
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: ['s3:PutObject'],
          resources: [bucket.arnForObjects('*')],
          // Left out, it is the bucket's default, which is this key.
          conditions: { Null: { [KEY_HEADER]: 'false' }, StringNotEquals: { [KEY_HEADER]: key.keyArn } },
        }),
      );
    }
    if (stage.lockMode === 'COMPLIANCE') this.keepRetention([this.evidence, this.tiles]);
    // On the resource itself: the L2's way would bring a custom resource with a function of its own.
    const raw = this.raw.node.defaultChild;
    if (raw instanceof s3.CfnBucket) raw.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  /** Not even a role that could may get round a retention. */
  private keepRetention(buckets: readonly s3.Bucket[]): void {
    for (const bucket of buckets) {
      bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'RetentionStays',
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: ['s3:BypassGovernanceRetention', 's3:PutBucketObjectLockConfiguration'],
          resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        }),
      );
    }
  }
}
