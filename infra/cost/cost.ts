/**
 * What a month costs, from the flow itself: how often an applicant makes each service work, times its list price.
 * Prices are US dollars in eu-west-1 without tax and without free tiers, as of November 2026 to the best of our
 * knowledge: assumptions to be checked against the price list, here in one place.
 */
export const pricesAsOf = '2026-11';

/** How one applicant makes the services work. */
export const perApplicant = {
  /** From ApplicantRegistered to ResultPublished, see tests/integration/whole-flow.test.ts. */
  events: 12,
  /** Kilobytes of an event's item, sealed. */
  eventKilobytes: 2,
  evidenceMegabytes: 3,
  lambdaCalls: 45,
  /** Sum over the functions of memory times duration. */
  lambdaGigabyteSeconds: 9,
  textractPages: 1,
  rekognitionCalls: 1,
  stateTransitions: 12,
  sqsRequests: 60,
  kmsRequests: 60,
  s3Writes: 12,
  s3Reads: 15,
  emails: 1.3,
  /** Apify: one actor run. */
  registerLookups: 0.8,
  logMegabytes: 0.05,
} as const;

interface Line {
  readonly item: string;
  readonly formula: string;
  readonly dollars: (applicants: number) => number;
}

const HOURS = 730;
const { events, eventKilobytes, evidenceMegabytes } = perApplicant;
const million = (price: number, count: number) => (applicants: number) => (applicants * count * price) / 1e6;
/** Kept five years: the month that is paid for here is one of the first year's middle, six months of applicants. */
const KEPT_MONTHS = 6;

export const lines: readonly Line[] = [
  { item: 'Textract, DetectDocumentText', formula: 'applicants x pages x 0.0015', dollars: (n) => n * perApplicant.textractPages * 0.0015 },
  { item: 'Rekognition, CompareFaces', formula: 'applicants x calls x 0.001 (0.0008 past a million)', dollars: (n) => Math.min(n, 1e6) * 0.001 + Math.max(0, n - 1e6) * 0.0008 },
  { item: 'Registers (Apify)', formula: 'applicants x look-ups x 0.005', dollars: (n) => n * perApplicant.registerLookups * 0.005 },
  { item: 'Lambda', formula: 'GB-seconds x 0.0000133334 + calls x 0.20 per million', dollars: (n) => n * perApplicant.lambdaGigabyteSeconds * 0.0000133334 + million(0.2, perApplicant.lambdaCalls)(n) },
  { item: 'Step Functions, Standard', formula: 'transitions x 25 per million', dollars: million(25, perApplicant.stateTransitions) },
  { item: 'DynamoDB, writes', formula: 'events x (KB of item x 2 for the index + 1 for the rest) x 0.705 per million', dollars: million(0.705, events * (eventKilobytes * 2 + 1)) },
  { item: 'DynamoDB, reads and streams', formula: 'events x 12 x 0.141 per million', dollars: million(0.141, events * 12) },
  { item: 'DynamoDB, kept', formula: 'GB of six months x (0.283 + 0.226 for recovery)', dollars: (n) => ((n * KEPT_MONTHS * events * eventKilobytes * 2) / 1e6) * (0.283 + 0.226) },
  { item: 'S3, kept', formula: 'GB of six months x 0.023', dollars: (n) => ((n * KEPT_MONTHS * evidenceMegabytes) / 1000) * 0.023 },
  { item: 'S3, requests', formula: 'writes x 5 per million + reads x 0.4 per million', dollars: (n) => million(5, perApplicant.s3Writes)(n) + million(0.4, perApplicant.s3Reads)(n) },
  { item: 'SQS and EventBridge', formula: 'requests x 0.40 per million + events x 1.00 per million', dollars: (n) => million(0.4, perApplicant.sqsRequests)(n) + million(1, events)(n) },
  { item: 'KMS', formula: '6 keys x 1 + requests x 3 per million', dollars: (n) => 6 + million(3, perApplicant.kmsRequests)(n) },
  { item: 'SES', formula: 'e-mails x 100 per million', dollars: million(100, perApplicant.emails) },
  { item: 'CloudWatch and X-Ray', formula: '35 alarms x 0.10 + dashboard 3 + GB of logs x 0.57', dollars: (n) => 35 * 0.1 + 3 + ((n * perApplicant.logMegabytes) / 1000) * 0.57 },
  { item: 'Aurora Serverless v2', formula: '2 instances x ACU (0.5, 2, 32) x hours x 0.14', dollars: (n) => 2 * bySize(n, 0.5, 2, 32) * HOURS * 0.14 },
  { item: 'RDS Proxy', formula: 'ACU, 8 at least, x hours x 0.015', dollars: (n) => Math.max(8, 2 * bySize(n, 0.5, 2, 32)) * HOURS * 0.015 },
  { item: 'OpenSearch', formula: '(2 data nodes (0.068, 0.068, 0.544) + 3 managers x 0.068) x hours', dollars: (n) => (2 * bySize(n, 0.068, 0.068, 0.544) + 3 * 0.068) * HOURS },
  { item: 'Network', formula: '10 endpoints x 2 zones x 0.011 x hours + 2 NAT gateways x 0.048 x hours', dollars: () => (20 * 0.011 + 2 * 0.048) * HOURS },
];

function bySize(applicants: number, small: number, middle: number, large: number): number {
  if (applicants <= 10_000) return small;
  return applicants <= 1_000_000 ? middle : large;
}

export const scales = [1_000, 100_000, 10_000_000] as const;

const dollars = (amount: number) => (amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString('en-GB'));

/** The table of docs/cost.md; a test says when the document is stale. */
export function costTable(): string {
  const totals = scales.map((n) => lines.reduce((sum, line) => sum + line.dollars(n), 0));
  const rows = lines.map(({ item, formula, dollars: of }) => `| ${item} | ${formula} | ${scales.map((n) => dollars(of(n))).join(' | ')} |`);
  return [
    `| US$ a month | formula | ${scales.map((n) => n.toLocaleString('en-GB')).join(' | ')} |`,
    '|---|---|--:|--:|--:|',
    ...rows,
    `| **Together** | | ${totals.map((total) => `**${dollars(total)}**`).join(' | ')} |`,
    `| **An applicant** | | ${totals.map((total, i) => `**${(total / (scales[i] ?? 1)).toFixed(4)}**`).join(' | ')} |`,
  ].join('\n');
}

/** Applicants a second when a month's come in 22 days of 8 hours, three times as many at the peak. */
export function peakPerSecond(applicants: number): number {
  return (applicants / (22 * 8 * 3600)) * 3;
}
