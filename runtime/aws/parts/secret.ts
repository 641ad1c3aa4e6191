import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { z } from 'zod';
import { awsClientConfig } from '../../../gateways/aws/config.ts';
import { SettingsInvalid } from '../../settings.ts';
import { once } from '../once.ts';
import { Secret } from '../settings.ts';

/** The platform's secret, read once a cold start. Throws SettingsInvalid, without a word of it, when it is not of the known form. */
const read = once(async (): Promise<z.infer<typeof Secret>> => {
  const client = new SecretsManagerClient(awsClientConfig);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: process.env['KYC_SECRET_ID'] ?? '' }));
  client.destroy();
  const parsed = Secret.safeParse(parse(SecretString ?? ''));
  if (!parsed.success) throw new SettingsInvalid(`KYC_SECRET_ID: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')} is not of the known form`);
  return parsed.data;
});

export const readSecret = read;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
