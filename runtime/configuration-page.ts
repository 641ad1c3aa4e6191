import { z } from 'zod';
import { awsSettings } from './aws/part-settings.ts';
import { settingGroups } from './aws/settings.ts';
import { settingsSchema } from './settings.ts';

/** docs/configuration.md, from the schemas that check the settings: what is written there is what is refused or taken. */
export function configurationPage(): string {
  const names = Object.keys(settingsSchema.shape);
  const shape: Readonly<Record<string, z.ZodType>> = settingsSchema.shape;
  const aws: Readonly<Record<string, z.ZodType>> = awsSettings;
  const embedded = names.filter((name) => !(name in aws));
  return [
    '# Configuration',
    '',
    'Every setting is an environment variable, checked at start: an unknown `KYC_` name or a value that does not fit stops',
    'the platform with one line a mistake. This page is made from the schemas (`npm run generate`); a test holds it to them.',
    'Region, credentials and endpoints of AWS come by the SDK\'s own variables: `AWS_REGION`, `AWS_PROFILE`,',
    '`AWS_ENDPOINT_URL`, or `AWS_ENDPOINT_URL_<SERVICE>` for one service alone.',
    '',
    '## The embedded platform',
    '',
    ...table(embedded, shape),
    '',
    '## One part on AWS',
    '',
    'The embedded platform can use any single service: a switch above (`KYC_DOCUMENT_READER=textract`), and what that',
    'service needs from the table below. Where it is missing the platform says so and does not start.',
    '',
    '| choice | needs |',
    '|---|---|',
    '| `KYC_DOCUMENT_READER=textract` | credentials |',
    '| `KYC_FACE_MATCHER=rekognition` | credentials; for live captures `KYC_LIVENESS_ROLE_ARN`, and `KYC_LIVENESS_REGION` where the region has no Face Liveness |',
    '| `KYC_KEYS=kms` | `KYC_KMS_WRAPPING_KEY`, `KYC_KMS_LOOKUP_KEY`, `KYC_KMS_SIGNING_KEY` |',
    '| `KYC_EVIDENCE=s3` | `KYC_EVIDENCE_BUCKET`; `KYC_LOCK_MODE`, `KYC_LOCK_DAYS` |',
    '| `KYC_TILES=s3` | `KYC_TILES_BUCKET`; `KYC_LOCK_MODE`, `KYC_LOCK_DAYS` |',
    '| `KYC_MESSENGER=aws` | `KYC_TOPIC_ARN`, `KYC_EMAIL_FROM`; `KYC_EMAIL_CONFIGURATION_SET` |',
    '| `KYC_QUEUES=sqs` | `KYC_SCAN_QUEUE_URL`, `KYC_JOBS_QUEUE_URL` |',
    '| `KYC_SIGN_IN=cognito` | `KYC_COGNITO_ISSUER`, `KYC_COGNITO_CLIENT_ID`, `KYC_COGNITO_DOMAIN`; `KYC_PUBLIC_URL` as browsers see it |',
    '| `KYC_EVENT_BUS` alone | events go to EventBridge too, beside the platform\'s own queues |',
    '| `KYC_APIFY_TOKEN` alone | `KYC_APIFY_ACTORS` with the pinned builds |',
    '| `KYC_DATABASE_URL`, `KYC_DYNAMODB_ENDPOINT`, `KYC_OPENSEARCH_URL` alone | the server each names |',
    '',
    '## Parts on AWS',
    '',
    ...table(Object.keys(aws), aws),
    '',
    '## Which function reads what',
    '',
    'A Lambda function is given groups of settings (`infra/lambda/entries.ts`) and reads no others.',
    '',
    '| group | settings |',
    '|---|---|',
    ...Object.entries(settingGroups).map(([group, schema]) => `| ${group} | ${Object.keys(schema.shape).map((name) => `\`${name}\``).join(', ')} |`),
    '',
    'On Lambda a request has 6 MB and an image in it is a third longer, so uploads over HTTP end at 4.4 MB there; larger',
    'images come by the raw bucket. Rekognition takes 5 MB: set `KYC_MAX_UPLOAD_BYTES` to no more than 5000000 with it.',
    '',
  ].join('\n');
}

function table(names: readonly string[], shape: Readonly<Record<string, z.ZodType>>): string[] {
  return ['| setting | default | what it is |', '|---|---|---|', ...names.map((name) => `| \`${name}\` | ${defaultOf(shape[name])} | ${cell(shape[name]?.description ?? innerDescription(shape[name]))} |`)];
}

/** What is taken when nothing is given; empty where that is refused or means "not at all". */
function defaultOf(schema: z.ZodType | undefined): string {
  const taken = schema?.safeParse(undefined);
  if (taken?.success !== true || taken.data === undefined) return '';
  const { data } = taken;
  return `\`${typeof data === 'object' ? JSON.stringify(data) : String(data)}\``;
}

function innerDescription(schema: z.ZodType | undefined): string {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodType ? z.globalRegistry.get(schema.unwrap())?.description ?? '' : '';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
