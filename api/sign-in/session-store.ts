import { z } from 'zod';
import { Role } from '../access-policy.ts';

/** Who may come in: a role and an opaque handle, for an applicant the applicant's id. */
export const Grant = z.strictObject({ role: Role, subject: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/) });
export type Grant = z.infer<typeof Grant>;

export interface Session extends Grant {
  /** SHA-256 of the session's secret, in hex: what is kept, and the key for everything that belongs to the session. */
  readonly idHash: string;
  readonly expiresAt: Date;
}

/** Sign-in links and sessions. Secrets reach it only as SHA-256 hashes (hex), so a copy of it lets nobody in. */
export interface SessionStore {
  putLink(link: Grant & { readonly tokenHash: string; readonly expiresAt: Date }): Promise<void>;
  /** The grant of a link that is unused and unexpired at `now`; it is used up by that, whoever else asks at the same time. */
  redeemLink(tokenHash: string, now: Date): Promise<Grant | null>;
  putSession(session: Session): Promise<void>;
  /** null when there is none or it has expired at `now`. */
  findSession(idHash: string, now: Date): Promise<Session | null>;
  endSession(idHash: string): Promise<void>;
  /** Removes what has expired at `now`. Answers how many rows went. */
  purge(now: Date): Promise<number>;
}
