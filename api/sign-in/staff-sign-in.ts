import { encodeBase64Url } from 'hono/utils/encode';
import type { IdentityProvider, IdentityRefusal } from '../../gateways/sign-in/port.ts';
import { Role } from '../access-policy.ts';
import type { ApiDeps } from '../deps.ts';
import { prefix } from '../http/declare.ts';
import { sha256Hex } from '../http/hash.ts';
import { newSecret, openSession, type SignInDeps } from './sign-in.ts';

export type StaffSignInRefusal = IdentityRefusal | 'STATE_UNKNOWN' | 'PROVIDER_REFUSED' | 'NO_ROLE' | 'SEVERAL_ROLES';

type StaffDeps = SignInDeps & Pick<ApiDeps, 'log'>;

/** The provider's groups that let somebody in. An applicant is let in by link alone. */
const staffRoles = Role.exclude(['applicant']);

/** The one address that the provider sends browsers back to; it has to be registered there. */
export const answerPath = `${prefix}/sign-in/staff/answer`;
const answerUrl = ({ settings }: StaffDeps): string => new URL(answerPath, settings.publicUrl).href;

/** What binds an answer to the browser that asked; all from one secret in that browser's cookie, so nothing is kept here. */
async function derive(secret: string): Promise<{ readonly state: string; readonly nonce: string; readonly codeVerifier: string; readonly codeChallenge: string }> {
  const [state, nonce, codeVerifier] = await Promise.all(['state', 'nonce', 'verifier'].map((use) => sha256Hex(`${use}.${secret}`)));
  // RFC 7636, 4.2: S256.
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  return { state: state ?? '', nonce: nonce ?? '', codeVerifier: codeVerifier ?? '', codeChallenge: encodeBase64Url(digest).replaceAll('=', '') };
}

/** Where to send the browser, and the secret that it has to bring back in its cookie. */
export async function beginStaffSignIn(deps: StaffDeps, provider: IdentityProvider): Promise<{ readonly url: string; readonly secret: string }> {
  const secret = newSecret(deps);
  const { state, nonce, codeChallenge } = await derive(secret);
  return { secret, url: provider.authorizationUrl({ redirectUri: answerUrl(deps), state, nonce, codeChallenge }) };
}

/** What the provider has sent the browser back with. `secret` is from the cookie. */
export interface StaffSignInAnswer {
  readonly secret: string | undefined;
  readonly state: string | undefined;
  readonly code: string | undefined;
}

/** Opens a session for whoever the provider vouches for, in the one role that it says; or says by a stable code why not. */
export async function finishStaffSignIn(
  deps: StaffDeps, provider: IdentityProvider, { secret, state, code }: StaffSignInAnswer,
): Promise<{ readonly kind: 'opened'; readonly secret: string; readonly expiresAt: Date } | { readonly kind: 'refused'; readonly code: StaffSignInRefusal }> {
  const refused = (reason: StaffSignInRefusal) => {
    deps.log.warn('a sign-in of staff was refused', { code: reason });
    return { kind: 'refused', code: reason } as const;
  };
  // Somebody else's answer, sent on to this browser to sign it in as them, has another state.
  const own = secret === undefined ? null : await derive(secret);
  if (own === null || state !== own.state) return refused('STATE_UNKNOWN');
  if (code === undefined) return refused('PROVIDER_REFUSED');
  const identity = await provider.redeem({ redirectUri: answerUrl(deps), code, codeVerifier: own.codeVerifier, nonce: own.nonce });
  if (identity.kind === 'refused') return refused(identity.code);
  const roles = identity.groups.flatMap((group) => staffRoles.safeParse(group).data ?? []);
  const [role, ...others] = roles;
  if (role === undefined) return refused('NO_ROLE');
  // Which of them to act in is not for us to choose: maker and checker are different roles.
  if (others.length > 0) return refused('SEVERAL_ROLES');
  const opened = await openSession(deps, { role, subject: identity.subject });
  deps.log.info('staff signed in', { role });
  return { kind: 'opened', secret: opened.secret, expiresAt: opened.session.expiresAt };
}
