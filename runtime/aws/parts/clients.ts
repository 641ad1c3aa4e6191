import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { awsClientConfig } from '../../../gateways/aws/config.ts';

/** Another server than AWS knows no bucket's own host name. */
export function openS3(): S3Client {
  return new S3Client({ ...awsClientConfig, forcePathStyle: (process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']) !== undefined });
}

export function openKms(): KMSClient {
  return new KMSClient(awsClientConfig);
}
