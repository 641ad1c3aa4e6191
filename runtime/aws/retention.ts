import type { RetentionOperations } from '../../api/deps.ts';
import type { Deps } from '../../handlers/deps.ts';
import { eraseApplicant, eraseDue, orderedErasures, reapplyErasures, type DueErasures, type ErasureDeps } from '../../handlers/erasure.ts';
import { endRelationship, holdRecords, releaseHold } from '../../handlers/retention.ts';
import { dueErasures } from '../../projectors/relational/queries.ts';
import { unfinishedErasures } from '../../projectors/relational/unfinished-erasures.ts';
import { forgetAnswers, forgetCallbacks, forgetSessions } from '../embedded/personal-stores.ts';
import { openProjectors } from './all-read-models.ts';
import type { Core } from './parts/core.ts';
import { forgetBags } from './kept-bags.ts';
import { openBags } from './parts/exports.ts';
import { openPool } from './parts/database.ts';
import type { LedgerParts } from './parts/ledger.ts';
import { forgetRawUploads, openRawBucket } from './raw-uploads.ts';

/**
 * Erasure on AWS. Nothing personal lies in queues, bus, executions, topic, mail service or audit trail; what does is
 * named here. Deleted rows leave the tables' files by autovacuum, and backups when they expire: what a restored one
 * brings back is erased again by `reapply`.
 */
export async function openRetention(core: Core, { evidence }: LedgerParts, deps: Deps): Promise<RetentionOperations & { runDue(): Promise<DueErasures> }> {
  const pool = await openPool(core);
  const raw = openRawBucket();
  const bags = openBags(core);
  const projectors = await openProjectors(core);
  const { ledger, store, newId, clock, log } = deps;
  const erasure: ErasureDeps = {
    ledger, store, newId, clock, log, evidence,
    personalStores: [
      { name: 'uploads', purge: (subject) => forgetRawUploads(deps, raw, subject) },
      { name: 'registerCache', purge: ({ stream }) => deps.registerCache.removeStream(stream) },
      { name: 'pendingCallbacks', purge: ({ requestIds }) => forgetCallbacks(deps, requestIds) },
      { name: 'exports', purge: ({ stream }) => forgetBags(bags, stream) },
      { name: 'sessions', purge: ({ applicantId }) => forgetSessions(pool, applicantId) },
      { name: 'keptAnswers', purge: ({ applicantId }) => forgetAnswers(pool, applicantId) },
    ],
    scrub: async (streams) => {
      for (const stream of streams) await Promise.all(projectors.map((projector) => projector.catchUp(stream)));
    },
  };
  return {
    end: (command) => endRelationship(deps, command),
    hold: (command) => holdRecords(deps, command),
    release: (command) => releaseHold(deps, command),
    erase: (command) => eraseApplicant(erasure, command),
    reapply: async () => reapplyErasures(erasure, await orderedErasures(deps)),
    due: (on) => dueErasures(pool, on),
    runDue: async () => {
      const due = await dueErasures(pool, clock().toISOString().slice(0, 10));
      const result = await eraseDue(erasure, due.map(({ stream }) => stream));
      await reapplyErasures(erasure, await unfinishedErasures(pool));
      return result;
    },
  };
}
