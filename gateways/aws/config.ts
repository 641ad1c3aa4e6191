/**
 * How every AWS client is set up: six attempts with the SDK's exponential backoff and jitter (throttling waits longer),
 * and time-outs, because the SDK by itself waits for ever. Region, credentials and endpoint come from the environment.
 */
export const awsClientConfig = {
  maxAttempts: 6,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
} as const;

/** For services that look at images: an answer takes seconds. */
export const awsImageClientConfig = {
  ...awsClientConfig,
  requestHandler: { ...awsClientConfig.requestHandler, requestTimeout: 30_000 },
} as const;
