import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { ServiceUnavailable } from '../errors.ts';
import type { Identified, IdentityProvider, IdentityRefusal } from './port.ts';

export interface CognitoOptions {
  /** The user pool's issuer: https://cognito-idp.<region>.amazonaws.com/<pool id>. */
  readonly issuer: string;
  /** A public client of the pool, without a secret: PKCE stands in for it. */
  readonly clientId: string;
  /** Where the hosted sign-in pages are: https://<prefix>.auth.<region>.amazoncognito.com, or an own domain. */
  readonly domain: string;
  readonly clock: () => Date;
  readonly timeoutMs?: number;
}

const SERVICE = 'the sign-in of staff';
/** Clocks that differ by less are taken as equal. */
const TOLERANCE_SECONDS = 30;

const Tokens = z.object({ id_token: z.string().max(20_000) });
const Claims = z.object({ sub: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/), 'cognito:groups': z.array(z.string()).default([]) });

/**
 * Staff of an Amazon Cognito user pool. The ID token alone is taken (`token_use` id), signed with RS256 by a key of the
 * pool, made for this client and for this very sign-in (nonce). Tokens are kept nowhere: the platform's session follows.
 * Sources: Cognito developer guide, "Verifying JSON web tokens" and "User pool endpoints reference".
 */
export function createCognito({ issuer, clientId, domain, clock, timeoutMs = 5_000 }: CognitoOptions): IdentityProvider {
  // An unknown key id is asked for again, but at most every half minute: forgeries must not make us ask.
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: timeoutMs, cooldownDuration: 30_000 });
  const at = (path: string, query: Readonly<Record<string, string>>): string => `${domain}${path}?${new URLSearchParams(query).toString()}`;

  async function idToken(answer: Parameters<IdentityProvider['redeem']>[0]): Promise<string | null> {
    const { redirectUri, code, codeVerifier } = answer;
    const response = await reach(() => fetch(`${domain}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: redirectUri, code_verifier: codeVerifier }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }));
    if (response.status === 429 || response.status >= 500) throw new ServiceUnavailable(SERVICE, { cause: new Error(`The token endpoint answered ${response.status}`) });
    const parsed = response.ok ? Tokens.safeParse(await response.json().catch(() => null)) : null;
    return parsed?.success === true ? parsed.data.id_token : null;
  }

  return {
    authorizationUrl: ({ redirectUri, state, nonce, codeChallenge }) => at('/oauth2/authorize', {
      response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: 'openid', state, nonce,
      code_challenge: codeChallenge, code_challenge_method: 'S256',
    }),

    async redeem(answer) {
      const token = await idToken(answer);
      if (token === null) return { kind: 'refused', code: 'CODE_REFUSED' };
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer, audience: clientId, algorithms: ['RS256'], requiredClaims: ['exp', 'iat', 'sub'],
          clockTolerance: TOLERANCE_SECONDS, currentDate: clock(),
        });
        return identify(payload, answer.nonce);
      } catch (error) {
        const code = refusalOf(error);
        if (code === null) throw new ServiceUnavailable(SERVICE, { cause: error });
        return { kind: 'refused', code };
      }
    },

    signOutUrl: (returnTo) => at('/logout', { client_id: clientId, logout_uri: returnTo }),
  };
}

function identify(payload: JWTPayload, nonce: string): Identified {
  if (payload['token_use'] !== 'id') return { kind: 'refused', code: 'WRONG_TOKEN_USE' };
  if (payload['nonce'] !== nonce) return { kind: 'refused', code: 'WRONG_NONCE' };
  const claims = Claims.safeParse(payload);
  if (!claims.success) return { kind: 'refused', code: 'TOKEN_MALFORMED' };
  return { kind: 'identified', subject: claims.data.sub, groups: claims.data['cognito:groups'] };
}

/** null where the keys could not be had: that says nothing about the token. */
function refusalOf(error: unknown): IdentityRefusal | null {
  if (error instanceof errors.JOSEAlgNotAllowed) return 'ALGORITHM_REFUSED';
  if (error instanceof errors.JWKSNoMatchingKey) return 'UNKNOWN_KEY';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'SIGNATURE_INVALID';
  if (error instanceof errors.JWTExpired) return 'TOKEN_EXPIRED';
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusals.get(error.claim) ?? 'TOKEN_MALFORMED';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid || error instanceof errors.JOSENotSupported) return 'TOKEN_MALFORMED';
  return null;
}

const claimRefusals: ReadonlyMap<string, IdentityRefusal> = new Map<string, IdentityRefusal>([['iss', 'WRONG_ISSUER'], ['aud', 'WRONG_AUDIENCE']]);

async function reach(call: () => Promise<Response>): Promise<Response> {
  try {
    return await call();
  } catch (cause) {
    throw new ServiceUnavailable(SERVICE, { cause });
  }
}
