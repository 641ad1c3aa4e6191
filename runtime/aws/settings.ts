import { z } from 'zod';
import { settingsSchema, SettingsInvalid } from '../settings.ts';
import { awsSettings as aws } from './part-settings.ts';

const { shape: common } = settingsSchema;
const secret = { KYC_SECRET_ID: aws.KYC_SECRET_ID };
const lock = { KYC_LOCK_MODE: aws.KYC_LOCK_MODE, KYC_LOCK_DAYS: aws.KYC_LOCK_DAYS };

/**
 * The settings of each kind of part on AWS. A Lambda function names the groups it needs (infra/lambda/entries.ts), reads
 * no others, and refuses to start without them.
 */
export const settingGroups = {
  core: z.object({ KYC_LOG: common.KYC_LOG, KYC_TABLE_PREFIX: aws.KYC_TABLE_PREFIX }),
  ledger: z.object({
    KYC_KMS_WRAPPING_KEY: aws.KYC_KMS_WRAPPING_KEY, KYC_KMS_LOOKUP_KEY: aws.KYC_KMS_LOOKUP_KEY, KYC_EVIDENCE_BUCKET: aws.KYC_EVIDENCE_BUCKET, ...lock,
  }),
  log: z.object({
    KYC_KMS_WRAPPING_KEY: aws.KYC_KMS_WRAPPING_KEY, KYC_KMS_SIGNING_KEY: aws.KYC_KMS_SIGNING_KEY, KYC_TILES_BUCKET: aws.KYC_TILES_BUCKET,
    KYC_LEDGER_ORIGIN: common.KYC_LEDGER_ORIGIN, ...lock,
  }),
  raw: z.object({ KYC_RAW_BUCKET: aws.KYC_RAW_BUCKET }),
  bags: z.object({ KYC_EXPORTS_BUCKET: aws.KYC_EXPORTS_BUCKET }),
  exportJobs: z.object({ KYC_EXPORT_QUEUE_URL: aws.KYC_EXPORT_QUEUE_URL }),
  anchors: z.object({ KYC_WITNESSES: common.KYC_WITNESSES, KYC_TIMESTAMP_URLS: common.KYC_TIMESTAMP_URLS }),
  scanJobs: z.object({ KYC_SCAN_QUEUE_URL: aws.KYC_SCAN_QUEUE_URL }),
  kycJobs: z.object({ KYC_JOBS_QUEUE_URL: aws.KYC_JOBS_QUEUE_URL }),
  bus: z.object({ KYC_EVENT_BUS: aws.KYC_EVENT_BUS }),
  workflow: z.object({ KYC_STATE_MACHINE_ARN: aws.KYC_STATE_MACHINE_ARN }),
  messages: z.object({
    KYC_TOPIC_ARN: aws.KYC_TOPIC_ARN, KYC_EMAIL_FROM: aws.KYC_EMAIL_FROM, KYC_EMAIL_CONFIGURATION_SET: aws.KYC_EMAIL_CONFIGURATION_SET,
    KYC_WEBSOCKET_URL: aws.KYC_WEBSOCKET_URL, KYC_REVIEWER_ADDRESS: common.KYC_REVIEWER_ADDRESS,
  }),
  webhooks: z.object({ KYC_WEBHOOK_QUEUE_URL: aws.KYC_WEBHOOK_QUEUE_URL, ...secret }),
  liveCaptures: z.object({ KYC_LIVENESS_REGION: aws.KYC_LIVENESS_REGION, KYC_LIVENESS_ROLE_ARN: aws.KYC_LIVENESS_ROLE_ARN }),
  registers: z.object({
    ...secret, KYC_APIFY_ACTORS: common.KYC_APIFY_ACTORS, KYC_APIFY_BASE_URL: common.KYC_APIFY_BASE_URL,
    KYC_REGISTER_DEADLINE_SECONDS: common.KYC_REGISTER_DEADLINE_SECONDS, KYC_REGISTER_CACHE_HOURS: common.KYC_REGISTER_CACHE_HOURS,
    KYC_PUBLIC_URL: common.KYC_PUBLIC_URL.unwrap(),
  }),
  policy: z.object({
    KYC_MIN_SIMILARITY: common.KYC_MIN_SIMILARITY, KYC_LIVENESS_REQUIRED: common.KYC_LIVENESS_REQUIRED,
    KYC_REGISTER_MAX_AGE_DAYS: common.KYC_REGISTER_MAX_AGE_DAYS,
  }),
  database: z.object({ KYC_DATABASE_URL: common.KYC_DATABASE_URL.unwrap() }),
  signIn: z.object({
    KYC_SIGN_IN: common.KYC_SIGN_IN, KYC_COGNITO_ISSUER: aws.KYC_COGNITO_ISSUER.optional(),
    KYC_COGNITO_CLIENT_ID: aws.KYC_COGNITO_CLIENT_ID.optional(), KYC_COGNITO_DOMAIN: aws.KYC_COGNITO_DOMAIN.optional(),
  }),
  audit: z.object({ KYC_OPENSEARCH_URL: common.KYC_OPENSEARCH_URL.unwrap() }),
  uploads: z.object({ KYC_MAX_UPLOAD_BYTES: common.KYC_MAX_UPLOAD_BYTES, KYC_MAX_PIXELS: common.KYC_MAX_PIXELS }),
  console: z.object({ KYC_PUBLIC_URL: common.KYC_PUBLIC_URL.unwrap(), KYC_REVIEW_TARGET_HOURS: common.KYC_REVIEW_TARGET_HOURS }),
} as const;

export type SettingGroup = keyof typeof settingGroups;

type NamesOf<Group> = Group extends z.ZodObject<infer Shape> ? keyof Shape & string : never;
/** The name of a setting that some function reads. */
export type FunctionSetting = NamesOf<(typeof settingGroups)[SettingGroup]>;

/** Where the SDK finds a service: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
export const ENDPOINT = /^AWS_ENDPOINT_URL(_[A-Z0-9]+)*$/;

/**
 * What is wrong with settings that an operator gives to the functions, one line a mistake: names that no function reads,
 * values that do not fit. Values are not repeated.
 */
export function mistakesIn(given: Readonly<Record<string, string>>): string[] {
  const known: Readonly<Record<string, z.ZodType>> = Object.assign({}, ...Object.values(settingGroups).map(({ shape }) => shape));
  return Object.entries(given).flatMap(([name, value]) => {
    const schema = ENDPOINT.test(name) ? z.url() : known[name];
    if (schema === undefined) return [`${name} is no setting of any function`];
    return schema.safeParse(value).error?.issues.map(({ message }) => `${name}: ${message}`) ?? [];
  });
}

/** Reads one group. Throws SettingsInvalid with one line a mistake; values are not repeated in it. */
export function readGroup<Schema extends z.ZodType>(schema: Schema, environment: Readonly<Record<string, string | undefined>> = process.env): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new SettingsInvalid(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}

/** What the secret holds; rotated by replacing it, taken up by the next cold start. */
export const Secret = z.strictObject({
  apifyToken: z.string().min(1).optional(),
  webhooks: z.array(z.strictObject({ url: z.url(), secret: z.string().startsWith('whsec_'), types: z.array(z.string()).optional() })).default([]),
});
