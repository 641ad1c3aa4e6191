import { settingGroups, type SettingGroup } from '../../runtime/aws/settings.ts';
import type { TableId } from '../../ledger/dynamodb/tables.ts';

export interface HttpRoute {
  readonly method: 'POST';
  readonly path: string;
}

/** What sets a function going. Queues are SQS, tables' streams DynamoDB Streams, schedules EventBridge Scheduler. */
export type Trigger =
  /** All requests, or those of one route of the HTTP API. */
  | { readonly kind: 'http'; readonly route?: HttpRoute }
  /** `bisects`: whether a failing batch may be halved; always with partial batch answers (ReportBatchItemFailures). */
  | { readonly kind: 'queue'; readonly queue: QueueId; readonly batchSize: number; readonly windowSeconds?: number; readonly maxConcurrency?: number }
  | { readonly kind: 'stream'; readonly table: TableId; readonly batchSize: number; readonly windowSeconds?: number }
  | { readonly kind: 'workflow'; readonly placeholder: string }
  | { readonly kind: 'schedule'; readonly expression: string }
  | { readonly kind: 'websocket'; readonly route: '$connect' | '$disconnect' }
  /** Called once by each deployment, before anything else of it runs. */
  | { readonly kind: 'deployment' };

/** SQS queues; each has a dead-letter queue. `receives`: the redrive policy's maxReceiveCount. */
export const queues = {
  'raw-uploads': { receives: 12, visibilitySeconds: 360, feeds: 'ObjectCreated of the raw bucket' },
  'doc-scan': { receives: 12, visibilitySeconds: 360, feeds: 'images that were taken in' },
  'kyc-jobs': { receives: 12, visibilitySeconds: 180, feeds: 'applicants whose workflow can start' },
  exports: { receives: 3, visibilitySeconds: 5400, feeds: 'exports that somebody asked for' },
  webhooks: { receives: 10, visibilitySeconds: 180, feeds: 'notifications for subscribers' },
  'project-relational': { receives: 50, visibilitySeconds: 360, feeds: 'every event of the bus' },
  'project-audit-trail': { receives: 50, visibilitySeconds: 360, feeds: 'every event of the bus' },
  'project-review-feedback': { receives: 50, visibilitySeconds: 360, feeds: 'DecisionMade and ReviewOverridden' },
  'project-access-log': { receives: 50, visibilitySeconds: 360, feeds: 'RecordViewed, RecordExported and LedgerExported' },
} as const;
export type QueueId = keyof typeof queues;

export type Resource =
  | `table:${TableId}` | `index:${TableId}` | `stream:${TableId}`
  | `bucket:${'raw' | 'evidence' | 'tiles' | 'anchors' | 'exports'}`
  | `key:${'wrapping' | 'lookup' | 'signing'}`
  | `queue:${QueueId}`
  | 'bus' | 'state-machine' | 'topic' | 'email' | 'websocket' | 'secret' | 'database' | 'audit-domain'
  /** The role that browsers are lent for a live capture; a stage without `livenessRegion` has none. */
  | 'live-capture-role'
  /** Actions that know no resource (Textract, Rekognition). */
  | '*';

/** What a function's role needs, and nothing else. Buckets and queues are encrypted: their grants bring the data key's. */
export interface Permission {
  readonly on: Resource;
  readonly actions: readonly string[];
}

export interface LambdaEntry {
  /** Also the file's name: infra/lambda/<name>.ts, bundled to dist/lambda/<name>/index.mjs with the export `handler`. */
  readonly name: string;
  readonly says: string;
  readonly triggers: readonly Trigger[];
  readonly settings: readonly SettingGroup[];
  readonly permissions: readonly Permission[];
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Room on its own disk, where the 512 MB that every function has are too little. */
  readonly diskMegabytes?: number;
  /** Needs sharp, whose native library is put beside the bundle by the build; no other may import it. */
  readonly sharp?: true;
  /** Runs at most so many at once. */
  readonly reservedConcurrency?: number;
  /** Inside the VPC: it reaches Aurora or the audit domain. */
  readonly inVpc?: true;
}

const reading: readonly Permission[] = [
  { on: 'table:events', actions: ['dynamodb:Query', 'dynamodb:GetItem'] },
  { on: 'table:reservations', actions: ['dynamodb:GetItem'] },
  { on: 'table:subject-keys', actions: ['dynamodb:BatchGetItem'] },
  { on: 'key:wrapping', actions: ['kms:Decrypt'] },
];
/** Insert-only: no role may put, update or delete in the log (facts: append-only by permission). */
const appending: readonly Permission[] = [
  ...reading,
  { on: 'table:events', actions: ['dynamodb:PartiQLInsert'] },
  { on: 'table:event-hours', actions: ['dynamodb:PartiQLInsert'] },
  { on: 'table:reservations', actions: ['dynamodb:PartiQLInsert', 'dynamodb:Query'] },
  { on: 'table:subject-keys', actions: ['dynamodb:PartiQLInsert'] },
  { on: 'key:wrapping', actions: ['kms:Encrypt'] },
  { on: 'key:lookup', actions: ['kms:GenerateMac'] },
];
const readingEvidence: Permission = { on: 'bucket:evidence', actions: ['s3:GetObject', 's3:ListBucket'] };
const keepingEvidence: Permission = { on: 'bucket:evidence', actions: ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:PutObjectRetention'] };
const sweepingLog: readonly Permission[] = [
  { on: 'index:events', actions: ['dynamodb:Query'] },
  { on: 'table:event-hours', actions: ['dynamodb:Query'] },
];
const callbacks: Permission = { on: 'table:pending-callbacks', actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'] };
const registers: readonly Permission[] = [
  callbacks,
  { on: 'table:register-cache', actions: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
  { on: 'table:counters', actions: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
  { on: 'secret', actions: ['secretsmanager:GetSecretValue'] },
  { on: 'state-machine', actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'] },
];
const telling: readonly Permission[] = [
  { on: 'topic', actions: ['sns:Publish'] },
  { on: 'email', actions: ['ses:SendEmail'] },
  { on: 'websocket', actions: ['execute-api:ManageConnections'] },
  { on: 'table:connections', actions: ['dynamodb:Query', 'dynamodb:DeleteItem'] },
  { on: 'table:notifications', actions: ['dynamodb:PutItem', 'dynamodb:Query'] },
  { on: 'table:deliveries', actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'] },
  { on: 'queue:webhooks', actions: ['sqs:SendMessage'] },
  { on: 'secret', actions: ['secretsmanager:GetSecretValue'] },
];
const removing = ['s3:GetObject', 's3:ListBucket', 's3:ListBucketVersions', 's3:DeleteObject', 's3:DeleteObjectVersion'];
/** What ends a person's record: the only functions that may destroy a key or give up a reservation. */
const erasing: readonly Permission[] = [
  { on: 'table:subject-keys', actions: ['dynamodb:PutItem'] },
  { on: 'table:reservations', actions: ['dynamodb:DeleteItem'] },
  { on: 'bucket:evidence', actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'] },
  { on: 'bucket:raw', actions: ['s3:GetObject', 's3:ListBucket', 's3:DeleteObject'] },
  { on: 'table:register-cache', actions: ['dynamodb:Scan', 'dynamodb:DeleteItem'] },
  { on: 'table:review-feedback', actions: ['dynamodb:PutItem'] },
  { on: 'bucket:exports', actions: removing },
  { on: 'index:events', actions: ['dynamodb:Query'] },
  { on: 'table:event-hours', actions: ['dynamodb:Query'] },
];
/** `dynamodb:PutItem` and `DeleteItem` on deliveries are the marks of what waits in a queue. */
const sending = (queue: QueueId): readonly Permission[] => [
  { on: `queue:${queue}`, actions: ['sqs:SendMessage'] },
  { on: 'table:deliveries', actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'] },
];
const taking = (queue: QueueId): readonly Permission[] => [
  { on: `queue:${queue}`, actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'] },
  { on: 'table:deliveries', actions: ['dynamodb:DeleteItem'] },
];
const database: Permission = { on: 'database', actions: ['rds-db:connect'] };
const projecting: readonly Permission[] = [...reading, ...sweepingLog, database];

const task = (name: string, placeholder: string, says: string, rest: Pick<LambdaEntry, 'settings' | 'permissions'> & Partial<LambdaEntry>): LambdaEntry => ({
  name, says, triggers: [{ kind: 'workflow', placeholder }], memoryMegabytes: 512, timeoutSeconds: 60, ...rest,
});

const projector = (model: string, says: string, rest: Partial<LambdaEntry> & { readonly queue: QueueId }): LambdaEntry => {
  const { queue, settings = [], permissions = [], ...others } = rest;
  return {
    name: `project-${model}`, says,
    triggers: [{ kind: 'queue', queue, batchSize: 100, windowSeconds: 1, maxConcurrency: 10 }],
    settings: ['core', 'ledger', 'database', ...settings],
    permissions: [...projecting, ...taking(queue), ...permissions],
    memoryMegabytes: 512, timeoutSeconds: 60, inVpc: true, ...others,
  };
};

/** Every Lambda function of the platform. A new one is a file beside this and its entry here. */
export const lambdaEntries: readonly LambdaEntry[] = [
  {
    name: 'api', says: 'The HTTP API.', triggers: [{ kind: 'http' }],
    settings: ['core', 'ledger', 'scanJobs', 'workflow', 'messages', 'webhooks', 'policy', 'database', 'audit', 'uploads', 'console', 'signIn', 'raw', 'log', 'bags', 'exportJobs'],
    permissions: [
      { on: 'bucket:tiles', actions: ['s3:GetObject', 's3:ListBucket'] }, { on: 'key:signing', actions: ['kms:GetPublicKey'] },
      ...appending, ...erasing, keepingEvidence, ...sending('doc-scan'), ...sending('exports'), callbacks, ...telling, database,
      // An erasure lets an execution go on that still waits.
      { on: 'state-machine', actions: ['states:SendTaskSuccess'] },
      { on: 'table:counters', actions: ['dynamodb:UpdateItem'] },
      { on: 'audit-domain', actions: ['es:ESHttpGet', 'es:ESHttpHead', 'es:ESHttpPost', 'es:ESHttpPut'] },
    ],
    memoryMegabytes: 1769, timeoutSeconds: 29, sharp: true, inVpc: true,
  },
  {
    name: 'register-callback', says: 'Takes the registers\' callbacks: the one route without a session.',
    triggers: [{ kind: 'http', route: { method: 'POST', path: '/api/v1/callbacks/registers/{requestId}' } }],
    settings: ['core', 'ledger', 'workflow', 'registers'], permissions: [...appending, keepingEvidence, ...registers],
    memoryMegabytes: 1024, timeoutSeconds: 29,
  },
  {
    name: 'live-capture', says: 'Begins live captures and takes over what Face Liveness saw.',
    triggers: ['', '/{sessionId}/result'].map((rest) => ({ kind: 'http', route: { method: 'POST', path: `/api/v1/applicants/{id}/liveness-sessions${rest}` } })),
    settings: ['core', 'ledger', 'scanJobs', 'database', 'uploads', 'console', 'liveCaptures'],
    permissions: [
      ...appending, keepingEvidence, ...sending('doc-scan'), database, { on: 'table:deliveries', actions: ['dynamodb:GetItem'] },
      { on: '*', actions: ['rekognition:CreateFaceLivenessSession', 'rekognition:GetFaceLivenessSessionResults'] },
      { on: 'live-capture-role', actions: ['sts:AssumeRole'] },
    ],
    memoryMegabytes: 1769, timeoutSeconds: 29, sharp: true, inVpc: true,
  },
  {
    name: 'raw-upload', says: 'Takes in what DataSync or an uploader put into the raw bucket, and removes it from there once it is sealed.',
    triggers: [{ kind: 'queue', queue: 'raw-uploads', batchSize: 1 }],
    settings: ['core', 'ledger', 'raw', 'scanJobs', 'uploads'],
    permissions: [
      ...appending, keepingEvidence, ...sending('doc-scan'), ...taking('raw-uploads'),
      { on: 'bucket:raw', actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:ListBucketVersions', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject'] },
      { on: 'table:counters', actions: ['dynamodb:UpdateItem'] },
    ],
    memoryMegabytes: 1769, timeoutSeconds: 60, sharp: true,
  },
  {
    name: 'doc-scan', says: 'Reads a document with Textract and records what it says.',
    triggers: [{ kind: 'queue', queue: 'doc-scan', batchSize: 1, maxConcurrency: 20 }],
    settings: ['core', 'ledger', 'kycJobs'],
    permissions: [...appending, keepingEvidence, ...taking('doc-scan'), ...sending('kyc-jobs'), { on: '*', actions: ['textract:DetectDocumentText'] }],
    memoryMegabytes: 512, timeoutSeconds: 60,
  },
  {
    name: 'start-kyc', says: 'Starts the workflow of an applicant in the kyc-jobs queue.',
    triggers: [{ kind: 'queue', queue: 'kyc-jobs', batchSize: 10 }],
    settings: ['core', 'ledger', 'workflow'],
    permissions: [...appending, ...taking('kyc-jobs'), { on: 'state-machine', actions: ['states:StartExecution'] }],
    memoryMegabytes: 512, timeoutSeconds: 30,
  },
  task('face-match', 'FaceMatchFunction', 'Compares the faces.', {
    settings: ['core', 'ledger'], timeoutSeconds: 120,
    permissions: [...appending, readingEvidence, { on: '*', actions: ['rekognition:CompareFaces', 'rekognition:DetectFaces'] }],
  }),
  task('register-request', 'RegisterRequestFunction', 'Asks the register and leaves the task token for the callback.', {
    settings: ['core', 'ledger', 'workflow', 'registers'], permissions: [...appending, keepingEvidence, ...registers],
  }),
  task('register-check', 'RegisterCheckFunction', 'Answers what the ledger says about the register check.', {
    settings: ['core', 'ledger', 'workflow', 'registers'], permissions: [...appending, keepingEvidence, ...registers],
  }),
  task('record-failure', 'RecordFailureFunction', 'Records a signal that could not be had.', {
    settings: ['core', 'ledger', 'workflow'],
    permissions: [...appending, callbacks, { on: 'state-machine', actions: ['states:SendTaskSuccess'] }],
  }),
  task('decision', 'DecisionFunction', 'Lets the policy decide.', {
    settings: ['core', 'ledger', 'kycJobs', 'policy'], permissions: [...appending, ...sending('kyc-jobs')],
  }),
  task('publish', 'PublishFunction', 'Tells the topic, the webhooks, people by e-mail, and the consoles.', {
    settings: ['core', 'ledger', 'messages', 'webhooks'], permissions: [...appending, ...telling],
  }),
  {
    name: 'publisher', says: 'Sends recorded events to the bus.',
    triggers: [{ kind: 'stream', table: 'events', batchSize: 100 }],
    settings: ['core', 'bus'],
    permissions: [
      { on: 'stream:events', actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'] },
      { on: 'bus', actions: ['events:PutEvents'] },
    ],
    memoryMegabytes: 256, timeoutSeconds: 60,
  },
  {
    name: 'sequencer', says: 'Gives each event its place in the transparency log. The one writer: never two at once.',
    triggers: [{ kind: 'stream', table: 'events', batchSize: 1000, windowSeconds: 2 }, { kind: 'schedule', expression: 'rate(5 minutes)' }],
    settings: ['core', 'log'], reservedConcurrency: 1,
    permissions: [
      { on: 'stream:events', actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'] },
      { on: 'table:events', actions: ['dynamodb:Query'] }, ...sweepingLog,
      { on: 'bucket:tiles', actions: ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:PutObjectRetention', 's3:DeleteObject'] },
      { on: 'key:signing', actions: ['kms:Sign', 'kms:GetPublicKey'] },
    ],
    memoryMegabytes: 1024, timeoutSeconds: 300,
  },
  {
    name: 'anchor-log', says: 'Hourly: has the published checkpoint time-stamped (RFC 3161) and cosigned by witnesses.',
    triggers: [{ kind: 'schedule', expression: 'rate(1 hour)' }],
    settings: ['core', 'log', 'anchors'], reservedConcurrency: 1,
    permissions: [
      { on: 'bucket:tiles', actions: ['s3:GetObject', 's3:ListBucket'] },
      { on: 'bucket:anchors', actions: ['s3:PutObject', 's3:PutObjectRetention'] },
      { on: 'key:signing', actions: ['kms:GetPublicKey'] },
    ],
    memoryMegabytes: 512, timeoutSeconds: 300,
  },
  {
    name: 'export', says: 'Makes exports (bags that verify offline); hourly clears away those that nobody may fetch any more.',
    triggers: [{ kind: 'queue', queue: 'exports', batchSize: 1, maxConcurrency: 2 }, { kind: 'schedule', expression: 'rate(1 hour)' }],
    settings: ['core', 'ledger', 'log', 'bags'],
    permissions: [
      ...appending, readingEvidence, ...sweepingLog, ...taking('exports'),
      { on: 'bucket:tiles', actions: ['s3:GetObject', 's3:ListBucket'] },
      // The statement of a bag is signed by the log's key, as its checkpoints are.
      { on: 'key:signing', actions: ['kms:Sign', 'kms:GetPublicKey'] },
      { on: 'bucket:exports', actions: ['s3:PutObject', ...removing] },
      { on: 'table:deliveries', actions: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
    ],
    memoryMegabytes: 3008, timeoutSeconds: 900, diskMegabytes: 4096,
  },
  projector('relational', 'Keeps the relational tables.', { queue: 'project-relational' }),
  projector('audit-trail', 'Keeps the audit trail in OpenSearch.', {
    queue: 'project-audit-trail', settings: ['audit'],
    permissions: [{ on: 'audit-domain', actions: ['es:ESHttpGet', 'es:ESHttpHead', 'es:ESHttpPost', 'es:ESHttpPut'] }],
  }),
  projector('review-feedback', 'Keeps human outcomes beside the signals they were given on.', {
    queue: 'project-review-feedback', permissions: [{ on: 'table:review-feedback', actions: ['dynamodb:PutItem'] }],
  }),
  projector('access-log', 'Keeps who has seen or exported whose record.', { queue: 'project-access-log' }),
  {
    name: 'webhooks', says: 'Delivers signed webhooks.',
    triggers: [{ kind: 'queue', queue: 'webhooks', batchSize: 10 }],
    settings: ['core', 'webhooks'],
    permissions: [
      ...taking('webhooks'), { on: 'table:deliveries', actions: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
      { on: 'secret', actions: ['secretsmanager:GetSecretValue'] },
    ],
    memoryMegabytes: 256, timeoutSeconds: 120,
  },
  {
    name: 'expiry-reminder', says: 'Weekly: tells applicants that their document expires.',
    triggers: [{ kind: 'schedule', expression: 'cron(0 6 ? * MON *)' }],
    settings: ['core', 'ledger', 'messages', 'webhooks', 'database'], permissions: [...appending, ...telling, database],
    memoryMegabytes: 512, timeoutSeconds: 900, reservedConcurrency: 1, inVpc: true,
  },
  {
    name: 'sweep-callbacks', says: 'Every minute: asks after register callbacks that never came.',
    triggers: [{ kind: 'schedule', expression: 'rate(1 minute)' }],
    settings: ['core', 'ledger', 'workflow', 'registers'],
    permissions: [...appending, keepingEvidence, ...registers, { on: 'index:pending-callbacks', actions: ['dynamodb:Query'] }],
    memoryMegabytes: 512, timeoutSeconds: 300, reservedConcurrency: 1,
  },
  {
    name: 'sweep-cases', says: 'Every minute: takes up cases that a crash or an outage left lying.',
    triggers: [{ kind: 'schedule', expression: 'rate(1 minute)' }],
    settings: ['core', 'ledger', 'scanJobs', 'kycJobs', 'workflow', 'messages', 'webhooks', 'registers', 'database'],
    permissions: [
      ...appending, ...sending('doc-scan'), ...sending('kyc-jobs'), ...telling, database,
      { on: 'state-machine', actions: ['states:StartExecution'] },
    ],
    memoryMegabytes: 512, timeoutSeconds: 300, reservedConcurrency: 1, inVpc: true,
  },
  {
    name: 'sweep-log', says: 'Every five minutes: sends to the bus what the stream may have missed, and projects again what failed.',
    triggers: [{ kind: 'schedule', expression: 'rate(5 minutes)' }],
    settings: ['core', 'ledger', 'bus', 'database', 'audit'],
    permissions: [
      ...projecting, { on: 'bus', actions: ['events:PutEvents'] },
      { on: 'table:review-feedback', actions: ['dynamodb:PutItem'] },
      { on: 'audit-domain', actions: ['es:ESHttpGet', 'es:ESHttpHead', 'es:ESHttpPost', 'es:ESHttpPut'] },
    ],
    memoryMegabytes: 512, timeoutSeconds: 300, reservedConcurrency: 1, inVpc: true,
  },
  {
    name: 'erase-due', says: 'Daily: erases whose retention has ended (MLR 2017, reg. 40), and finishes erasures that were cut off.',
    triggers: [{ kind: 'schedule', expression: 'cron(0 2 * * ? *)' }],
    settings: ['core', 'ledger', 'workflow', 'raw', 'bags', 'database', 'audit'],
    permissions: [
      ...appending, ...erasing, readingEvidence, callbacks, database,
      { on: 'state-machine', actions: ['states:SendTaskSuccess'] },
      { on: 'audit-domain', actions: ['es:ESHttpGet', 'es:ESHttpHead', 'es:ESHttpPost', 'es:ESHttpPut'] },
    ],
    memoryMegabytes: 512, timeoutSeconds: 900, reservedConcurrency: 1, inVpc: true,
  },
  {
    name: 'purge', says: 'Daily: forgets sessions and kept answers that have expired.',
    triggers: [{ kind: 'schedule', expression: 'cron(0 3 * * ? *)' }],
    settings: ['core', 'database'], permissions: [database], memoryMegabytes: 256, timeoutSeconds: 300, inVpc: true,
  },
  {
    name: 'websocket-connect', says: 'Lets a signed-in console listen.', triggers: [{ kind: 'websocket', route: '$connect' }],
    settings: ['core', 'database'], permissions: [database, { on: 'table:connections', actions: ['dynamodb:PutItem'] }],
    memoryMegabytes: 256, timeoutSeconds: 10, inVpc: true,
  },
  {
    name: 'websocket-disconnect', says: 'Forgets a console that has gone.', triggers: [{ kind: 'websocket', route: '$disconnect' }],
    settings: ['core'], permissions: [{ on: 'table:connections', actions: ['dynamodb:DeleteItem'] }],
    memoryMegabytes: 256, timeoutSeconds: 10,
  },
  {
    name: 'migrate', says: 'Brings the database to the shape this version needs; the audit index too. Rebuilds read models when asked.', triggers: [{ kind: 'deployment' }],
    settings: ['core', 'ledger', 'database', 'audit'],
    permissions: [
      ...projecting, { on: 'audit-domain', actions: ['es:ESHttpGet', 'es:ESHttpHead', 'es:ESHttpPost', 'es:ESHttpPut'] },
      { on: 'table:review-feedback', actions: ['dynamodb:PutItem'] },
    ],
    memoryMegabytes: 1024, timeoutSeconds: 900, inVpc: true,
  },
];

/** Names of the environment variables that a function reads; those with a default may be left out. */
export function environmentOf(entry: LambdaEntry): readonly string[] {
  return [...new Set(entry.settings.flatMap((group) => Object.keys(settingGroups[group].shape)))];
}
