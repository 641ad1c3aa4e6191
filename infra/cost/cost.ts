import { lambdaEntries } from '../lambda/entries.ts';
import { prices } from './prices.ts';

/**
 * What a month costs, from the flow itself: how often an applicant makes each service work, times its list price
 * (infra/cost/prices.ts, each with its source).
 */

/** How one applicant makes the services work. */
export const perApplicant = {
  /** From ApplicantRegistered to ResultPublished, see tests/integration/whole-flow.test.ts. */
  events: 12,
  /** Kilobytes of an event's item, sealed. */
  eventKilobytes: 2,
  /** By the stream once, and by the sweep of every five minutes, which goes back over ten, twice. */
  published: 3,
  evidenceMegabytes: 3,
  lambdaCalls: 45,
  /** Sum over the functions of memory times duration. */
  lambdaGigabyteSeconds: 9,
  textractPages: 1,
  rekognitionCalls: 1,
  stateTransitions: 12,
  /** Write units beside the events': subject's key 1, reservations 8, marks of what waits 10, callback 4, cache and feedback 2. */
  otherWrites: 25,
  /** Twenty loads of the stream (6 units each, consistent), and the read models' single reads. */
  readUnits: 175,
  /** Deliveries of the bus to two queues, their receipts, and the queues of the flow. */
  sqsRequests: 100,
  apiRequests: 15,
  kmsRequests: 60,
  s3Writes: 12,
  s3Reads: 15,
  emails: 1.3,
  /** Apify: one actor run where the cache has nothing. */
  registerLookups: 0.8,
  /** How long such a run takes: assumed. */
  secondsOfLookup: 60,
  logMegabytes: 0.05,
  /** Images to Textract and Rekognition. */
  endpointMegabytes: 5,
  natMegabytes: 0.2,
  databaseKilobytes: 8,
  databaseRequests: 120,
} as const;

/** What is done whether anybody applies or not. */
export const perMonth = {
  /** How long a call by schedule takes: assumed; sweeps that find nothing are quicker. */
  secondsOfCall: 1,
  /** One a working day, of a whole ledger's month or of one applicant; how long and how large is assumed. */
  exports: 22,
  secondsOfExport: 300,
  gigabytesOfExport: 1,
  /** A bag is kept for an hour (runtime/aws/kept-bags.ts), and noncurrent versions for a day at the most. */
  daysOfExport: 1,
} as const;

interface Line {
  readonly item: string;
  readonly formula: string;
  readonly dollars: (applicants: number) => number;
}

const HOURS = 730;
/** Alarms of infra/stacks/parts/monitoring.ts, the metrics that one of them subtracts counted apart. */
export const ALARM_METRICS = 43;
const { events, eventKilobytes, evidenceMegabytes } = perApplicant;
const millions = ({ dollars }: { readonly dollars: number }, count: number) => (applicants: number) => (applicants * count * dollars) / 1e6;
/** Kept five years: the month that is paid for here is one of the first year's middle, six months of applicants. */
const KEPT_MONTHS = 6;
/** Half of the events are written in transactions, which cost twice; each goes to the table and to its index. */
const writeUnits = events * eventKilobytes * 2 * 1.5 + perApplicant.otherWrites;
const units = (n: number) => 2 * bySize(n, 0.5, 2, 32);

/** Calls a month of a schedule, as infra/lambda/entries.ts writes them: rate(n units), else cron(...) once a day or, by weekday, a week. */
export function callsAMonth(expression: string): number {
  const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== undefined) return HOURS / (Number(every) * { minute: 1 / 60, hour: 1, day: 24 }[unit as 'minute' | 'hour' | 'day']);
  const weekday = /^cron\(\d+ \d+ \S+ \S+ (\S+) \S+\)$/.exec(expression)?.[1];
  if (weekday === undefined) throw new TypeError(`${expression} is no schedule that costs are known of`);
  return HOURS / 24 / (/^[A-Z]{3}$/.test(weekday) ? 7 : 1);
}

const scheduled = lambdaEntries.flatMap(({ triggers, memoryMegabytes }) => triggers.flatMap((trigger) => (trigger.kind === 'schedule' ? [{ calls: callsAMonth(trigger.expression), memoryMegabytes }] : [])));
const scheduledDollars = scheduled.reduce((sum, { calls, memoryMegabytes }) => sum + calls * ((memoryMegabytes / 1024) * perMonth.secondsOfCall * prices.lambdaGigabyteSecond.dollars + prices.lambdaCalls.dollars / 1e6), 0);
const exportMemory = (lambdaEntries.find(({ name }) => name === 'export')?.memoryMegabytes ?? 0) / 1024;
const exportDollars = perMonth.exports * (perMonth.secondsOfExport * exportMemory * prices.lambdaGigabyteSecond.dollars + (perMonth.gigabytesOfExport * perMonth.daysOfExport * 24 * prices.s3Gigabyte.dollars) / HOURS);

export const lines: readonly Line[] = [
  { item: 'Textract, DetectDocumentText', formula: 'applicants x pages', dollars: (n) => n * perApplicant.textractPages * prices.textractPage.dollars },
  { item: 'Rekognition, CompareFaces', formula: 'applicants x calls, cheaper past a million', dollars: (n) => Math.min(n, 1e6) * prices.compareFaces.dollars + Math.max(0, n - 1e6) * prices.compareFacesPastMillion.dollars },
  { item: 'Registers (Apify)', formula: 'applicants x look-ups', dollars: (n) => n * perApplicant.registerLookups * prices.registerLookup.dollars },
  { item: 'Lambda', formula: 'GB-seconds + calls', dollars: (n) => n * perApplicant.lambdaGigabyteSeconds * prices.lambdaGigabyteSecond.dollars + millions(prices.lambdaCalls, perApplicant.lambdaCalls)(n) },
  { item: 'Lambda, by schedule', formula: 'calls (sweeps, sequencer, anchors, clearing away of exports) x memory x seconds', dollars: () => scheduledDollars },
  { item: 'Exports', formula: `${perMonth.exports} bags x (seconds x memory + GB kept a day)`, dollars: () => exportDollars },
  { item: 'Step Functions, Standard', formula: 'transitions', dollars: millions(prices.stateTransitions, perApplicant.stateTransitions) },
  { item: 'DynamoDB, writes', formula: 'events x KB x 2 (table, index) x 1.5 (transactions) + the rest', dollars: millions(prices.dynamoWrites, writeUnits) },
  { item: 'DynamoDB, reads', formula: 'read units; Lambda reads the stream for nothing', dollars: millions(prices.dynamoReads, perApplicant.readUnits) },
  { item: 'DynamoDB, kept', formula: 'GB of six months x 2 (index) and recovery', dollars: (n) => ((n * KEPT_MONTHS * events * eventKilobytes * 2) / 1e6) * (prices.dynamoGigabyte.dollars + prices.dynamoRecovery.dollars) },
  { item: 'S3, kept', formula: 'GB of six months', dollars: (n) => ((n * KEPT_MONTHS * evidenceMegabytes) / 1000) * prices.s3Gigabyte.dollars },
  { item: 'S3, requests; DataSync', formula: 'writes + reads + GB copied', dollars: (n) => millions(prices.s3Writes, perApplicant.s3Writes)(n) + millions(prices.s3Reads, perApplicant.s3Reads)(n) + ((n * evidenceMegabytes) / 1000) * prices.dataSyncGigabyte.dollars },
  { item: 'SQS, EventBridge, HTTP API', formula: 'requests + events x times published + requests', dollars: (n) => millions(prices.sqsRequests, perApplicant.sqsRequests)(n) + millions(prices.busEvents, events * perApplicant.published)(n) + millions(prices.apiRequests, perApplicant.apiRequests)(n) },
  { item: 'KMS and Secrets Manager', formula: '6 keys, 3 secrets, requests', dollars: (n) => 6 * prices.kmsKey.dollars + 3 * prices.secret.dollars + millions(prices.kmsRequests, perApplicant.kmsRequests)(n) },
  { item: 'SES', formula: 'e-mails', dollars: millions(prices.emails, perApplicant.emails) },
  { item: 'CloudWatch and X-Ray', formula: `${ALARM_METRICS} metrics of alarms + dashboard 3 + GB of logs + 5 % of the calls traced`, dollars: (n) => ALARM_METRICS * prices.alarmMetric.dollars + 3 + ((n * perApplicant.logMegabytes) / 1000) * prices.logGigabyte.dollars + millions(prices.traces, perApplicant.lambdaCalls * 0.05)(n) },
  { item: 'Aurora Serverless v2', formula: '2 instances x capacity (0.5, 2, 32) x hours', dollars: (n) => units(n) * HOURS * prices.auroraUnitHour.dollars },
  { item: 'Aurora, storage', formula: 'GB of six months + reads and writes', dollars: (n) => ((n * KEPT_MONTHS * perApplicant.databaseKilobytes) / 1e6) * prices.auroraGigabyte.dollars + millions(prices.auroraRequests, perApplicant.databaseRequests)(n) },
  { item: 'RDS Proxy', formula: 'capacity, 8 at least, x hours', dollars: (n) => Math.max(8, units(n)) * HOURS * prices.proxyUnitHour.dollars },
  { item: 'OpenSearch', formula: '(2 data nodes (medium, medium, 2xlarge) + 3 managers) x hours', dollars: (n) => (2 * bySize(n, prices.searchMediumHour.dollars, prices.searchMediumHour.dollars, prices.searchLargeHour.dollars) + 3 * prices.searchMediumHour.dollars) * HOURS },
  { item: 'Network', formula: '(10 endpoints x 2 zones + 2 NAT gateways) x hours + GB through both', dollars: (n) => (20 * prices.endpointHour.dollars + 2 * prices.natHour.dollars) * HOURS + (n / 1000) * (perApplicant.endpointMegabytes * prices.endpointGigabyte.dollars + perApplicant.natMegabytes * prices.natGigabyte.dollars) },
];

/** What is on top where a stage has Face Liveness (`livenessRegion`), and every applicant is captured live once. */
export const livenessDollars = (applicants: number): number => applicants * prices.faceLiveness.dollars;

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
    `| US$ a month | what is counted | ${scales.map((n) => n.toLocaleString('en-GB')).join(' | ')} |`,
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
