import { peakPerSecond, perApplicant, scales } from './cost.ts';

export interface Limit {
  readonly what: string;
  /** What so many applicants a second ask of it. */
  readonly asked: (perSecond: number) => number;
  readonly allowed: number;
  readonly source: string;
  /** May it be raised, and how; or what is done instead. */
  readonly raise: string;
}

const { events, eventKilobytes, registerLookups, lambdaGigabyteSeconds, stateTransitions, published, secondsOfLookup } = perApplicant;
/** Mean memory of a function, in GB. */
const MEMORY = 0.6;
/** Partitions that the writers of one hour are spread over in the time index (SHARDS in ledger/dynamodb/event-item.ts). */
const SHARDS = 4;

const quotasOf = (service: string) => `docs.aws.amazon.com/general/latest/gr/${service}.html, not read again`;

/** Limits in the order of the flow. Defaults of a large region such as eu-west-1; smaller regions have less. */
export const limits: readonly Limit[] = [
  { what: 'Textract, DetectDocumentText a second', asked: (n) => n, allowed: 25, source: `${quotasOf('textract')} (1 in small regions)`, raise: 'on request; then maxConcurrency of doc-scan' },
  { what: 'Rekognition, CompareFaces a second', asked: (n) => n, allowed: 50, source: `${quotasOf('rekognition')} (5 in small regions)`, raise: 'on request' },
  { what: 'Apify, actor runs at once (Starter)', asked: (n) => n * registerLookups * secondsOfLookup, allowed: 32, source: 'apify/apify-docs, sources/platform/limits.md', raise: '128 (Scale), 256 (Business), more on request; cache (KYC_REGISTER_CACHE_HOURS)' },
  { what: 'Step Functions, StartExecution a second', asked: (n) => n, allowed: 300, source: 'Step Functions service quotas, not read again', raise: 'on request' },
  { what: 'Step Functions, transitions a second', asked: (n) => n * stateTransitions, allowed: 5000, source: 'Step Functions service quotas, not read again (1,500 in small regions)', raise: 'on request' },
  { what: 'Lambda, functions at once', asked: (n) => (n * lambdaGigabyteSeconds) / MEMORY, allowed: 1000, source: `${quotasOf('lambda-service')} (10 in a new account)`, raise: 'on request' },
  { what: 'EventBridge, PutEvents entries a second', asked: (n) => n * events * published, allowed: 10_000, source: 'docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (2,400 in us-east-2)', raise: 'on request' },
  { what: 'DynamoDB, writes a second to one partition of the time index', asked: (n) => (n * events * eventKilobytes) / SHARDS, allowed: 1000, source: 'DynamoDB developer guide, burst and adaptive capacity', raise: 'not: more SHARDS, from an hour on (a change of code)' },
  { what: 'our sequencer, events a second (one writer, batches of 1,000, about one a second over S3)', asked: (n) => n * events, allowed: 1000, source: 'estimate; the tree itself takes 26,000 (docs/benchmarks.md)', raise: 'not by quota: larger batches; falls behind and catches up, no decision waits for it' },
];

/** A busy second at each scale against each limit; what is over stands in bold. */
export function limitTable(): string {
  const rows = limits.map(({ what, asked, allowed, source, raise }) => {
    const cells = scales.map((scale) => {
      const wanted = asked(peakPerSecond(scale));
      const text = wanted < 10 ? wanted.toPrecision(2) : Math.round(wanted).toLocaleString('en-GB');
      return wanted > allowed ? `**${text}**` : text;
    });
    return `| ${what} | ${allowed.toLocaleString('en-GB')} | ${cells.join(' | ')} | ${raise} | ${source} |`;
  });
  return [`| what | default | ${scales.map((n) => n.toLocaleString('en-GB')).join(' | ')} | raised | read in |`, '|---|--:|--:|--:|--:|---|---|', ...rows].join('\n');
}

/** What is nearest to its limit, or furthest over it. */
export function firstLimit(applicants: number): { readonly what: string; readonly share: number } {
  const perSecond = peakPerSecond(applicants);
  return limits.map(({ what, asked, allowed }) => ({ what, share: asked(perSecond) / allowed })).reduce((a, b) => (b.share > a.share ? b : a));
}
