import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { createCognito } from '../../gateways/sign-in/cognito.ts';
import { describeIdentityProviderContract } from '../contracts/identity-provider.ts';
import { startTestIssuer } from '../support/oidc-issuer.ts';

describeIdentityProviderContract('Cognito', ({ issuer, clientId, domain }, clock) => createCognito({ issuer, clientId, domain, clock }));

describe('Cognito', () => {
  it('that cannot be reached, or not for its keys, refuses nobody: it is not available', async () => {
    const answer = { redirectUri: 'https://kyc.example.org/a', code: 'any', codeVerifier: 'v', nonce: 'n' };
    const clock = () => new Date();
    const gone = createCognito({ issuer: 'http://127.0.0.1:9/pool', clientId: 'c', domain: 'http://127.0.0.1:9', clock });
    await expect(gone.redeem(answer)).rejects.toThrow(ServiceUnavailable);

    const issuer = await startTestIssuer(clock);
    const keyless = createCognito({ issuer: 'http://127.0.0.1:9/pool', clientId: issuer.clientId, domain: issuer.domain, clock });
    const codeChallenge = createHash('sha256').update('verifier').digest('base64url');
    const page = await fetch(keyless.authorizationUrl({ redirectUri: answer.redirectUri, state: 's', nonce: 'n', codeChallenge }), { redirect: 'manual' });
    const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
    await expect(keyless.redeem({ ...answer, code, codeVerifier: 'verifier' })).rejects.toThrow(ServiceUnavailable);
    await issuer.close();
  });
});
