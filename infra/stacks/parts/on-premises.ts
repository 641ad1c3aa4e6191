import * as datasync from 'aws-cdk-lib/aws-datasync';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface OnPremisesProps {
  readonly from: NonNullable<Stage['onPremises']>;
  readonly bucket: s3.IBucket;
  readonly key: kms.IKey;
  readonly logGroup: ILogGroup;
}

/** DataSync: the folder of the on-premises upload service into the raw bucket, hourly and whenever somebody asks. */
export class OnPremises extends Construct {
  constructor(scope: Construct, id: string, { from, bucket, key, logGroup }: OnPremisesProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Writer', { assumedBy: new iam.ServicePrincipal('datasync.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], resources: [bucket.bucketArn] }));
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:GetObjectTagging', 's3:ListMultipartUploadParts', 's3:PutObject', 's3:PutObjectTagging'],
        resources: [bucket.arnForObjects('*')],
      }),
    );
    role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }));
    const folder = new datasync.CfnLocationNFS(this, 'Folder', {
      serverHostname: from.nfsHost,
      subdirectory: from.folder,
      onPremConfig: { agentArns: from.agentArns },
      mountOptions: { version: 'NFS4_1' },
    });
    const target = new datasync.CfnLocationS3(this, 'Bucket', { s3BucketArn: bucket.bucketArn, s3Config: { bucketAccessRoleArn: role.roleArn } });
    target.node.addDependency(role);
    new datasync.CfnTask(this, 'Task', {
      sourceLocationArn: folder.attrLocationArn,
      destinationLocationArn: target.attrLocationArn,
      cloudWatchLogGroupArn: logGroup.logGroupArn,
      schedule: { scheduleExpression: 'rate(1 hour)' },
      // What was taken in is gone from the bucket: only new files are copied, and nothing is ever deleted by the copy.
      options: { transferMode: 'CHANGED', overwriteMode: 'NEVER', preserveDeletedFiles: 'PRESERVE', verifyMode: 'ONLY_FILES_TRANSFERRED', logLevel: 'BASIC', uid: 'NONE', gid: 'NONE', posixPermissions: 'NONE' },
    });
    logGroup.grantWrite(new iam.ServicePrincipal('datasync.amazonaws.com'));
  }
}
