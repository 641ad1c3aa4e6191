import { fromEnv } from '@aws-sdk/credential-provider-env';

/** In the place of the SDK's whole search for credentials: Lambda gives a function's role in the environment, always. */
export const defaultProvider: typeof fromEnv = (init) => fromEnv(init);
