import { z } from 'zod';

const arn = (service: string) => z.string().regex(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]*:\\d{12}:`), `is no ARN of ${service}`);
const bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket');
const whole = z.string().regex(/^\d+$/).transform(Number);
/** Plain HTTP is for a stand-in on this machine. */
const secureUrl = z.string().regex(/^(https:\/\/[\w.-]+|http:\/\/(127\.0\.0\.1|localhost))(:\d+)?(\/[\w./-]*)?$/, 'is no https URL');
/** Key id, ARN or alias. */
const key = z.string().regex(/^(arn:[\w-]+:kms:|alias\/|mrk-)?[\w:/-]+$/, 'is no key');

/**
 * What says where the parts on AWS are; runtime/settings.ts takes these over, so that the embedded runtime can use any
 * one of them. Region, credentials and endpoints come by the SDK's own variables (AWS_REGION, AWS_ENDPOINT_URL ...).
 */
export const awsSettings = {
  KYC_TABLE_PREFIX: z.string().regex(/^[\w.-]{1,40}$/).default('kyc-').describe('What the names of all DynamoDB tables begin with.'),
  KYC_KMS_WRAPPING_KEY: key.describe('KMS key (SYMMETRIC_DEFAULT) that wraps the subjects\' keys.'),
  KYC_KMS_LOOKUP_KEY: key.describe('KMS key (HMAC_256) for keyed hashes of e-mail addresses and document numbers.'),
  KYC_KMS_SIGNING_KEY: key.describe('KMS key (ECC_NIST_EDWARDS25519) that signs the checkpoints of the log.'),
  KYC_EVIDENCE_BUCKET: bucket.describe('S3 bucket of the sealed evidence.'),
  KYC_TILES_BUCKET: bucket.describe('S3 bucket of the transparency log.'),
  KYC_LOCK_MODE: z.enum(['none', 'GOVERNANCE', 'COMPLIANCE']).default('none').describe('Object Lock for evidence and for what is final in the log.'),
  KYC_LOCK_DAYS: whole.default(1826).describe('For how long Object Lock holds; five years and a leap day.'),
  KYC_EXPORTS_BUCKET: bucket.describe('S3 bucket in which exports wait to be fetched; without Object Lock, so that they can go.'),
  KYC_RAW_BUCKET: bucket.describe('S3 bucket into which uploads arrive (kyc-raw).'),
  KYC_SCAN_QUEUE_URL: z.url().describe('SQS queue of images to be read.'),
  KYC_JOBS_QUEUE_URL: z.url().describe('SQS queue of applicants whose workflow can start (kyc-jobs).'),
  KYC_EXPORT_QUEUE_URL: z.url().describe('SQS queue of exports to be made.'),
  KYC_WEBHOOK_QUEUE_URL: z.url().describe('SQS queue of webhooks to be delivered.'),
  KYC_EVENT_BUS: z.string().min(1).max(1600).describe('Name or ARN of the EventBridge bus.'),
  KYC_STATE_MACHINE_ARN: arn('states').describe('The state machine of infra/workflow.'),
  KYC_TOPIC_ARN: arn('sns').describe('SNS topic of results and reminders.'),
  KYC_EMAIL_FROM: z.email().describe('Verified SES address that e-mail comes from.'),
  KYC_EMAIL_CONFIGURATION_SET: z.string().min(1).optional().describe('SES configuration set, for bounces and complaints.'),
  KYC_WEBSOCKET_URL: z.url({ protocol: /^https?$/ }).describe('Management endpoint of the WebSocket API: https://<api>.execute-api.<region>.amazonaws.com/<stage>.'),
  KYC_LIVENESS_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/).optional().describe('Region of Face Liveness, which not every region has; default the platform\'s own.'),
  KYC_LIVENESS_ROLE_ARN: arn('iam').optional().describe('Role that browsers are lent for a live capture: its only permission is rekognition:StartFaceLivenessSession. Without it no live capture is offered.'),
  KYC_COGNITO_ISSUER: secureUrl.describe('Issuer of the staff\'s Cognito user pool: https://cognito-idp.<region>.amazonaws.com/<pool id>.'),
  KYC_COGNITO_CLIENT_ID: z.string().regex(/^\w{1,128}$/).describe('The console\'s app client in that pool, one without a secret.'),
  KYC_COGNITO_DOMAIN: secureUrl.describe('Where the pool\'s sign-in pages are: https://<prefix>.auth.<region>.amazoncognito.com, or an own domain.'),
  KYC_SECRET_ID: z.string().min(1).describe('Secrets Manager secret, JSON: {"apifyToken"?, "webhooks"?: [{"url", "secret", "types"?}]}.'),
};
