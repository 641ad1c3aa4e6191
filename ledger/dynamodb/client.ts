import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

export interface DynamoClientOptions {
  /**
   * A DynamoDB API to use instead of the region's own. Elsewhere than on AWS (dynoxide, DynamoDB Local) credentials are
   * made up: such servers check none. AWS's own takes those of the SDK, and its name says the region.
   */
  readonly endpoint?: string;
  readonly region?: string;
}

/** The client every table is reached with: connections kept alive, five attempts with backoff, short time-outs. */
export function createDynamoClient(options: DynamoClientOptions = {}): DynamoDBClient {
  const config: DynamoDBClientConfig = {
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    ...(options.region !== undefined && { region: options.region }),
  };
  const { endpoint } = options;
  if (endpoint === undefined) return new DynamoDBClient(config);
  const region = regionOf(endpoint);
  if (region !== null) return new DynamoDBClient({ region, ...config, endpoint });
  return new DynamoDBClient({
    region: 'local',
    ...config,
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

/** The region of one of AWS's own endpoints, such as `https://dynamodb.eu-west-1.amazonaws.com`; null for any other. */
export function regionOf(endpoint: string): string | null {
  const { protocol, hostname } = new URL(endpoint);
  const named = /(?:^|\.)dynamodb(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)$/.exec(hostname);
  return protocol === 'https:' ? (named?.[1] ?? null) : null;
}
