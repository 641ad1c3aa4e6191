import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SessionStore } from '../../api/sign-in/session-store.ts';

const fresh = (): string => createHash('sha256').update(randomUUID()).digest('hex');
const now = new Date('2026-11-22T12:00:00.000Z');
const later = new Date('2026-11-22T13:00:00.000Z');
const reviewer = { role: 'reviewer', subject: 'reviewer-1' } as const;

/** What every keeper of sign-in links and sessions must do. */
export function describeSessionStoreContract(name: string, makeSubject: () => SessionStore): void {
  describe(`${name} keeps sign-in links and sessions`, () => {
    test('a link grants its role and subject once', async () => {
      const store = makeSubject();
      const tokenHash = fresh();
      await store.putLink({ ...reviewer, tokenHash, expiresAt: later });
      expect(await store.redeemLink(tokenHash, now)).toEqual(reviewer);
      expect(await store.redeemLink(tokenHash, now)).toBeNull();
    });

    test('of many who use a link at the same moment one gets in', async () => {
      const store = makeSubject();
      const tokenHash = fresh();
      await store.putLink({ ...reviewer, tokenHash, expiresAt: later });
      const grants = await Promise.all(Array.from({ length: 8 }, () => store.redeemLink(tokenHash, now)));
      expect(grants.filter((grant) => grant !== null)).toEqual([reviewer]);
    });

    test('a link grants nothing from the moment it expires, and unknown ones never do', async () => {
      const store = makeSubject();
      const tokenHash = fresh();
      await store.putLink({ ...reviewer, tokenHash, expiresAt: later });
      expect(await store.redeemLink(tokenHash, later)).toBeNull();
      expect(await store.redeemLink(fresh(), now)).toBeNull();
    });

    test('a session is found until it expires or is ended', async () => {
      const store = makeSubject();
      const session = { ...reviewer, idHash: fresh(), expiresAt: later };
      const other = { ...reviewer, idHash: fresh(), expiresAt: later };
      await store.putSession(session);
      await store.putSession(other);
      expect(await store.findSession(session.idHash, now)).toEqual(session);
      expect(await store.findSession(session.idHash, later)).toBeNull();
      await store.endSession(session.idHash);
      expect(await store.findSession(session.idHash, now)).toBeNull();
      expect(await store.findSession(other.idHash, now)).toEqual(other);
    });

    test('what has expired can be purged, and only that', async () => {
      const store = makeSubject();
      await store.purge(new Date('2100-01-01T00:00:00.000Z'));
      const kept = { ...reviewer, idHash: fresh(), expiresAt: later };
      await store.putSession(kept);
      await store.putSession({ ...reviewer, idHash: fresh(), expiresAt: now });
      await store.putLink({ ...reviewer, tokenHash: fresh(), expiresAt: now });
      expect(await store.purge(now)).toBe(2);
      expect(await store.purge(now)).toBe(0);
      expect(await store.findSession(kept.idHash, now)).toEqual(kept);
    });
  });
}
