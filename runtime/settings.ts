import { join, resolve } from 'node:path';
import { z } from 'zod';
import { RegisterType } from '../events/vocabulary.ts';
import { awsSettings } from './aws/part-settings.ts';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const whole = z.string().regex(/^\d+$/).transform(Number);

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

/**
 * Every setting of the platform, its environment variable and its default, in one place.
 * Parts of the embedded runtime give way to a real service as soon as its address is set.
 */
export const settingsSchema = z.object({
  KYC_DATA: z.string().min(1).default('.kyc').describe('Folder that holds everything the platform keeps.'),
  KYC_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  KYC_PORT: whole.default(8080).describe('Port to listen on; 0 takes any free one.'),
  KYC_PUBLIC_URL: z.url().optional().describe('URL under which browsers and registers reach the platform; default http://<host>:<port>.'),
  KYC_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Lowest level that is logged.'),
  KYC_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional().describe('PostgreSQL to use instead of the embedded one.'),
  KYC_DYNAMODB_ENDPOINT: z.url().optional().describe('DynamoDB endpoint to use instead of the embedded one.'),
  KYC_OPENSEARCH_URL: z.url().optional().describe('OpenSearch to keep the audit trail in, instead of PostgreSQL.'),
  KYC_APIFY_TOKEN: z.string().min(1).optional().describe('Apify API token: asks the real registers instead of the fictional directory.'),
  KYC_APIFY_BASE_URL: z.url().optional().describe('Another address of the Apify API, for a proxy or a stand-in.'),
  KYC_UPLOAD_FOLDER: z.string().min(1).optional().describe('Folder in which the upload service leaves applicants; default <data>/uploads.'),
  KYC_APIFY_ACTORS: json
    .prefault('{}')
    .pipe(z.partialRecord(RegisterType, z.strictObject({ actor: z.string().min(1).optional(), build: z.string().min(1) })))
    .describe('Pinned Apify builds by register, JSON: {"GMC": {"build": "0.1.14", "actor"?: "owner/name"}}.'),
  KYC_WEBHOOKS: json
    .prefault('[]')
    .pipe(z.array(z.strictObject({ url: z.url(), secret: z.string().startsWith('whsec_'), types: z.array(z.string()).optional() })))
    .describe('Webhook subscribers, JSON: [{"url", "secret": "whsec_...", "types"?: ["kyc.result.published"]}].'),
  KYC_LEDGER_ORIGIN: z
    .string()
    .regex(/^[a-z0-9.-]+(\/[a-z0-9._-]+)*$/)
    .default('kyc-ledger.example/log')
    .describe('Name of the ledger\'s log in checkpoints, a URL without its scheme; choose it once and never change it.'),
  KYC_TIMESTAMP_URLS: json
    .prefault('[]')
    .pipe(z.array(z.strictObject({ name: z.string().regex(/^[a-z0-9-]{1,40}$/).optional(), url: z.url({ protocol: /^https?$/ }), certificates: z.array(z.string().min(1)).min(1) })))
    .describe('Time-stamping authorities (RFC 3161) for the log\'s checkpoints, JSON: [{"url", "certificates": [PEM files of trusted roots, or their text], "name"?}].'),
  KYC_WITNESSES: json
    .prefault('[]')
    .pipe(z.array(z.strictObject({ url: z.url({ protocol: /^https?$/ }), vkey: z.string().min(1) })))
    .describe('C2SP witnesses that cosign the log\'s checkpoints, JSON: [{"url", "vkey"}].'),
  KYC_ANCHOR_MINUTES: whole.default(60).describe('At most so often is a new checkpoint time-stamped and cosigned; 0 for each one.'),
  KYC_REVIEWER_ADDRESS: z.email().default('kyc-reviews@example.org').describe('Where e-mail about cases for review goes.'),
  KYC_MIN_SIMILARITY: z.coerce.number().min(0).max(1).default(0.8).describe('Lowest similarity (0 to 1) that counts as the same face.'),
  KYC_LIVENESS_REQUIRED: flag.default(false).describe('Must a live capture have passed? Stills cannot be judged.'),
  KYC_REGISTER_MAX_AGE_DAYS: whole.default(7).describe('Oldest register snapshot a decision may rest on.'),
  KYC_REGISTER_CACHE_HOURS: whole.default(24).describe('How long a register answer is used again; 0 switches the cache off.'),
  KYC_REGISTER_DEADLINE_SECONDS: whole.default(900).describe('How long a register may take to call back.'),
  KYC_MAX_UPLOAD_BYTES: whole.default(10 * 1024 * 1024).describe('Largest image file.'),
  KYC_REGISTRANTS: z.string().min(1).optional().describe('JSON file with further people for the fictional register directory.'),
  KYC_REGISTER_LATENCY_MS: whole.default(400).describe('How long the fictional register directory takes to answer.'),
  KYC_OCR_AT_ONCE: whole.default(1).describe('Documents read at once; each takes about 200 MB and a core.'),
  KYC_REVIEW_TARGET_HOURS: whole.default(24).describe('How long a case may wait for a person before the console shows it as overdue.'),
  KYC_MAX_PIXELS: whole.default(40_000_000).describe('Largest image, in pixels.'),
  KYC_DOCUMENT_READER: z.enum(['tesseract', 'textract']).default('tesseract').describe('Who reads documents.'),
  KYC_FACE_MATCHER: z.enum(['face-api', 'rekognition']).default('face-api').describe('Who compares faces.'),
  KYC_KEYS: z.enum(['file', 'kms']).default('file').describe('Where the master keys are; never change it once something is recorded.'),
  KYC_EVIDENCE: z.enum(['folder', 's3']).default('folder').describe('Where sealed evidence is kept.'),
  KYC_TILES: z.enum(['folder', 's3']).default('folder').describe('Where the transparency log is kept.'),
  KYC_MESSENGER: z.enum(['outbox', 'aws']).default('outbox').describe('Whether results and e-mail go to a folder, or out by SNS and SES.'),
  KYC_SIGN_IN: z.enum(['links', 'cognito']).default('links').describe('How staff sign in: by one-time links, or at a Cognito user pool too; applicants always by links.'),
  KYC_QUEUES: z.enum(['postgres', 'sqs']).default('postgres').describe('Where images to be read and applicants to be checked stand in line.'),
  ...z.object(awsSettings).partial().shape,
});

export type Settings = Readonly<{
  dataFolder: string;
  uploadFolder: string;
  values: Readonly<z.infer<typeof settingsSchema>>;
}>;

export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid';
  readonly code = 'SETTINGS_INVALID';
}

/** Reads and checks the settings. Throws SettingsInvalid with one line a mistake; values are not repeated in it. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const unknown = Object.keys(given).filter((name) => /^KYC_(?!TEST_)/.test(name) && !(name in settingsSchema.shape));
  const parsed = settingsSchema.safeParse(given);
  const mistakes = [
    ...unknown.map((name) => `${name} is no setting of this platform`),
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
  ];
  if (!parsed.success || mistakes.length > 0) throw new SettingsInvalid(mistakes.join('\n'));
  const dataFolder = resolve(parsed.data.KYC_DATA);
  return { dataFolder, uploadFolder: resolve(parsed.data.KYC_UPLOAD_FOLDER ?? join(dataFolder, 'uploads')), values: parsed.data };
}
