import type { Grant, Session, SessionStore } from './session-store.ts';

/** Sessions of one process, for tests and single runs: a restart signs everybody out. */
export class MemorySessionStore implements SessionStore {
  readonly #links = new Map<string, Grant & { readonly expiresAt: Date }>();
  readonly #sessions = new Map<string, Session>();

  async putLink({ tokenHash, ...link }: Grant & { readonly tokenHash: string; readonly expiresAt: Date }): Promise<void> {
    this.#links.set(tokenHash, link);
  }

  async redeemLink(tokenHash: string, now: Date): Promise<Grant | null> {
    const link = this.#links.get(tokenHash);
    if (link === undefined) return null;
    this.#links.delete(tokenHash);
    return link.expiresAt > now ? { role: link.role, subject: link.subject } : null;
  }

  async putSession(session: Session): Promise<void> {
    this.#sessions.set(session.idHash, session);
  }

  async findSession(idHash: string, now: Date): Promise<Session | null> {
    const session = this.#sessions.get(idHash);
    return session !== undefined && session.expiresAt > now ? session : null;
  }

  async endSession(idHash: string): Promise<void> {
    this.#sessions.delete(idHash);
  }

  async purge(now: Date): Promise<number> {
    let removed = 0;
    for (const kept of [this.#links, this.#sessions]) {
      for (const [key, { expiresAt }] of kept) {
        if (expiresAt <= now && kept.delete(key)) removed += 1;
      }
    }
    return removed;
  }
}
