import { join } from 'node:path';
import { sql, type DatabasePool } from 'slonik';
import { forgetEmails } from '../../gateways/messenger/forget-emails.ts';
import type { PersonalStore } from '../../handlers/erasure.ts';
import type { Deps } from '../../handlers/deps.ts';
import { forgetUploads } from '../../handlers/forget-uploads.ts';
import type { RegisterDirectory } from '../../gateways/registers/directory.ts';
import type { Settings } from '../settings.ts';

export interface PersonalStoreParts {
  readonly settings: Settings;
  readonly pool: DatabasePool;
  readonly deps: Pick<Deps, 'ledger' | 'workflow' | 'pendingCallbacks' | 'registerCache'>;
  readonly directory: Pick<RegisterDirectory, 'forget'> | null;
}

/**
 * Every place outside the ledger, its evidence and the read models that may hold something of a person. A new store
 * that does is one more line here. Not among them, because nothing personal gets there: queues, bus, executions,
 * the audit trail, review feedback, webhooks, the topic, logs; the search of every file and table in the tests watches over that.
 */
export function personalStores({ settings, pool, deps, directory }: PersonalStoreParts): readonly PersonalStore[] {
  const outbox = join(settings.dataFolder, 'outbox');
  return [
    { name: 'emails', purge: ({ emailKeys }) => forgetEmails(outbox, emailKeys) },
    { name: 'uploads', purge: (subject) => forgetUploads(deps, settings.uploadFolder, subject) },
    { name: 'registerRuns', purge: async ({ requestIds }) => (directory === null ? 0 : directory.forget(requestIds)) },
    { name: 'registerCache', purge: ({ stream }) => deps.registerCache.removeStream(stream) },
    { name: 'pendingCallbacks', purge: ({ requestIds }) => forgetCallbacks(deps, requestIds) },
    { name: 'sessions', purge: ({ applicantId }) => forgetSessions(pool, applicantId) },
    { name: 'keptAnswers', purge: ({ applicantId }) => forgetAnswers(pool, applicantId) },
  ];
}

/** An execution that still waits is let go on: it finds the case closed and ends. */
export async function forgetCallbacks({ pendingCallbacks, workflow }: Pick<Deps, 'workflow' | 'pendingCallbacks'>, requestIds: readonly string[]): Promise<number> {
  let count = 0;
  for (const requestId of requestIds) {
    const pending = await pendingCallbacks.get(requestId);
    if (pending === null) continue;
    if (pending.taskToken !== null) await workflow.succeed(pending.taskToken, { requestId });
    await pendingCallbacks.remove(requestId);
    count += 1;
  }
  return count;
}

export async function forgetSessions(pool: DatabasePool, applicantId: string): Promise<number> {
  const sessions = await pool.query(sql.unsafe`DELETE FROM kyc_api.sessions WHERE role = 'applicant' AND subject = ${applicantId}`);
  const links = await pool.query(sql.unsafe`DELETE FROM kyc_api.sign_in_links WHERE role = 'applicant' AND subject = ${applicantId}`);
  return sessions.rowCount + links.rowCount;
}

/** Kept answers hold ids alone, but beside each lies a hash of what was sent. */
export async function forgetAnswers(pool: DatabasePool, applicantId: string): Promise<number> {
  const { rowCount } = await pool.query(sql.unsafe`DELETE FROM kyc_api.idempotency_keys WHERE body LIKE ${`%${applicantId}%`}`);
  return rowCount;
}
