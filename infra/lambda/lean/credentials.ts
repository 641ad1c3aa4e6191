/** As the SDK's own errors say it: no credentials, and nowhere to get any from. */
class NoCredentials extends Error {
  override readonly name = 'CredentialsProviderError';
}

/** In the place of the SDK's whole search for credentials: Lambda gives a function's role in the environment, always. */
export function defaultProvider(): () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }> {
  return async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
    if (accessKeyId === undefined || secretAccessKey === undefined) throw new NoCredentials('The environment holds no credentials');
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  };
}
