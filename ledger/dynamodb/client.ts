import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

export interface DynamoClientOptions {
  /** A DynamoDB API elsewhere than AWS: dynoxide, DynamoDB Local. Its credentials are then made up: such servers check none. */
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
  if (options.endpoint === undefined) return new DynamoDBClient(config);
  return new DynamoDBClient({
    region: 'local',
    ...config,
    endpoint: options.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}
