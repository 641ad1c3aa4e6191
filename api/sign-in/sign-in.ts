import { encodeBase64Url } from 'hono/utils/encode';
import type { ApiDeps } from '../deps.ts';
import { sha256Hex } from '../http/hash.ts';
import { Grant, type Session, type SessionStore } from './session-store.ts';

export type SignInDeps = Pick<ApiDeps, 'clock' | 'random'> & {
  readonly sessions: SessionStore;
  readonly settings: Pick<ApiDeps['settings'], 'publicUrl' | 'linkLifetimeMs' | 'sessionLifetimeMs'>;
};

/** How long a link waits to be used, and a session lasts: a day's work. */
export const signInLifetimes = { linkLifetimeMs: 12 * 3_600_000, sessionLifetimeMs: 12 * 3_600_000 } as const;

export interface SignInLink {
  /** Works once, before `expiresAt`. The token is in the fragment, so it reaches no log and no Referer header. */
  readonly url: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * A link that signs its first user in as `grant`. For an applicant who is not registered yet, `subject` is the
 * UUID they will have: the session that follows may register that one and reach no other.
 */
export async function issueSignInLink(deps: SignInDeps, grant: Grant): Promise<SignInLink> {
  const { role, subject } = Grant.parse(grant);
  const token = newSecret(deps);
  const expiresAt = new Date(deps.clock().getTime() + deps.settings.linkLifetimeMs);
  await deps.sessions.putLink({ tokenHash: await sha256Hex(token), role, subject, expiresAt });
  return { url: new URL(`/sign-in#token=${token}`, deps.settings.publicUrl).href, token, expiresAt };
}

/** A session for `grant` without a link, for programs that the platform itself starts. `secret` is shown only here. */
export async function openSession(deps: SignInDeps, grant: Grant): Promise<{ readonly secret: string; readonly session: Session }> {
  const { role, subject } = Grant.parse(grant);
  const secret = newSecret(deps);
  const expiresAt = new Date(deps.clock().getTime() + deps.settings.sessionLifetimeMs);
  const session: Session = { idHash: await sha256Hex(secret), role, subject, expiresAt };
  await deps.sessions.putSession(session);
  return { secret, session };
}

/** Uses a link's token up and opens the session it grants; null for a token that is unknown, used or expired. */
export async function redeem(deps: SignInDeps, token: string): Promise<{ readonly secret: string; readonly session: Session } | null> {
  const grant = await deps.sessions.redeemLink(await sha256Hex(token), deps.clock());
  return grant === null ? null : openSession(deps, grant);
}

/** 256 unpredictable bits as base64url: 43 characters. */
export const newSecret = (deps: Pick<ApiDeps, 'random'>): string =>
  encodeBase64Url(new Uint8Array(deps.random(32)).buffer).replaceAll('=', '');
