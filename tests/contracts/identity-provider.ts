import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import type { Identified, IdentityProvider, IdentityRefusal } from '../../gateways/sign-in/port.ts';
import { startTestIssuer, type Forgery, type TestIssuer } from '../support/oidc-issuer.ts';

const redirectUri = 'https://kyc.example.org/api/v1/sign-in/staff/answer';

/** What every identity provider must do, against an issuer that signs real tokens and is not always honest. */
export function describeIdentityProviderContract(name: string, makeProvider: (issuer: TestIssuer, clock: () => Date) => IdentityProvider): void {
  describe(`identity provider: ${name}`, () => {
    const clock = () => new Date();
    let issuer: TestIssuer;
    let provider: IdentityProvider;
    beforeAll(async () => {
      issuer = await startTestIssuer(clock);
      provider = makeProvider(issuer, clock);
    });
    afterAll(() => issuer.close());

    /** Goes to the provider's pages and comes back with a code, as a browser does. */
    async function codeFor(nonce: string, codeVerifier: string): Promise<string> {
      const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
      const url = provider.authorizationUrl({ redirectUri, state: 'state-1', nonce, codeChallenge });
      const back = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '');
      expect(back.searchParams.get('state')).toBe('state-1');
      return back.searchParams.get('code') ?? '';
    }

    async function signIn(forgery: Forgery = {}, groups: readonly string[] | null = ['auditor']): Promise<Identified> {
      issuer.next = { subject: 'a1b2c3d4-0000-4000-8000-000000000001', groups, forgery };
      const [nonce, codeVerifier] = [randomUUID(), randomBytes(32).toString('hex')];
      return provider.redeem({ redirectUri, code: await codeFor(nonce, codeVerifier), codeVerifier, nonce });
    }

    it('says who signed in and in which groups they are', async () => {
      expect(await signIn()).toEqual({ kind: 'identified', subject: 'a1b2c3d4-0000-4000-8000-000000000001', groups: ['auditor'] });
    });

    it('knows of no groups where the provider names none', async () => {
      expect(await signIn({}, null)).toMatchObject({ kind: 'identified', groups: [] });
    });

    it.each<[fault: string, forgery: Forgery, code: IdentityRefusal]>([
      ['another issuer', { claims: { iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other' } }, 'WRONG_ISSUER'],
      ['another audience', { claims: { aud: 'another0client' } }, 'WRONG_AUDIENCE'],
      ['an expired token', { expiresInSeconds: -120 }, 'TOKEN_EXPIRED'],
      ['an access token in the place of the ID token (token_use)', { claims: { token_use: 'access' } }, 'WRONG_TOKEN_USE'],
      ['a token without token_use', { drop: ['token_use'] }, 'WRONG_TOKEN_USE'],
      ['a token of another sign-in (nonce)', { claims: { nonce: 'another' } }, 'WRONG_NONCE'],
      ['a token without nonce', { drop: ['nonce'] }, 'WRONG_NONCE'],
      ['an unknown key (kid)', { signedBy: 'stranger' }, 'UNKNOWN_KEY'],
      ['a stranger\'s signature under a known key id', { signedBy: 'stranger under a known id' }, 'SIGNATURE_INVALID'],
      ['no signature (alg none)', { signedBy: 'nobody' }, 'ALGORITHM_REFUSED'],
      ['a shared secret made of the public key (alg HS256)', { signedBy: 'a shared secret' }, 'ALGORITHM_REFUSED'],
      ['a token without expiry', { drop: ['exp'] }, 'TOKEN_MALFORMED'],
      ['a token without subject', { drop: ['sub'] }, 'TOKEN_MALFORMED'],
      ['groups that are no list', { claims: { 'cognito:groups': 'auditor' } }, 'TOKEN_MALFORMED'],
    ])('G-35: refuses %s', async (_, forgery, code) => {
      expect(await signIn(forgery)).toEqual({ kind: 'refused', code });
    });

    it('takes a code once', async () => {
      const [nonce, codeVerifier] = [randomUUID(), randomBytes(32).toString('hex')];
      issuer.next = { ...issuer.next, forgery: {} };
      const answer = { redirectUri, code: await codeFor(nonce, codeVerifier), codeVerifier, nonce };
      expect(await provider.redeem(answer)).toMatchObject({ kind: 'identified' });
      expect(await provider.redeem(answer)).toEqual({ kind: 'refused', code: 'CODE_REFUSED' });
    });

    it('takes no code with another verifier (PKCE), nor one that was never given', async () => {
      const nonce = randomUUID();
      const code = await codeFor(nonce, randomBytes(32).toString('hex'));
      expect(await provider.redeem({ redirectUri, code, codeVerifier: randomBytes(32).toString('hex'), nonce })).toEqual({ kind: 'refused', code: 'CODE_REFUSED' });
      expect(await provider.redeem({ redirectUri, code: 'guessed', codeVerifier: 'v'.repeat(64), nonce })).toEqual({ kind: 'refused', code: 'CODE_REFUSED' });
    });

    it.each([429, 500, 503])('says that it is not available when it answers %i: that is nobody\'s refusal', async (status) => {
      issuer.fault = status;
      try {
        await expect(provider.redeem({ redirectUri, code: 'any', codeVerifier: 'v'.repeat(64), nonce: 'n' })).rejects.toThrow(ServiceUnavailable);
      } finally {
        issuer.fault = null;
      }
    });

    it('leads out of its own session too, and back to us', () => {
      const url = new URL(provider.signOutUrl('https://kyc.example.org/sign-in'));
      expect(url.origin).toBe(issuer.domain);
      expect([...url.searchParams.values()]).toContain('https://kyc.example.org/sign-in');
    });
  });
}
