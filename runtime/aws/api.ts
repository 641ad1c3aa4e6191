import { getConnInfo } from 'hono/aws-lambda';
import { sql } from 'slonik';
import { z } from 'zod';
import { createApi } from '../../api/app.ts';
import { bindHandlers } from '../../api/bind-handlers.ts';
import { MemoryRateLimiter } from '../../api/http/rate-limit.ts';
import { PostgresIdempotencyStore } from '../../api/idempotency/postgres-store.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { signInLifetimes } from '../../api/sign-in/sign-in.ts';
import { receiveToDisk } from '../../api/uploads/receive-to-disk.ts';
import { prepareImage } from '../../gateways/images/prepare-image.ts';
import { createKeptUpdates } from '../../gateways/messenger/kept-updates.ts';
import { createApplicantNumbers, createPendingCallbacks, createRegisterCache } from '../../gateways/records/dynamodb.ts';
import { apiQueries } from '../embedded/api-queries.ts';
import { backtestPolicy } from '../../handlers/backtest-policy.ts';
import { remindNow } from '../embedded/reminders.ts';
import { tablesAsOf } from '../embedded/tables-as-of.ts';
import { lambdaDeps, PartNotWired } from './deps.ts';
import { createQueuedExports } from './exports.ts';
import { openAudit } from './parts/audit.ts';
import type { Core } from './parts/core.ts';
import { openPool } from './parts/database.ts';
import { openLedgerParts } from './parts/ledger.ts';
import { openLogParts } from './parts/log.ts';
import { openMessenger, reviewerAddress } from './parts/messages.ts';
import { openPolicy } from './parts/policy.ts';
import { openBags, openExportJobs } from './parts/exports.ts';
import { openExportQueue, openScanJobs } from './parts/queues.ts';
import { openWorkflow } from './parts/workflow.ts';
import { openRetention } from './retention.ts';
import { openStaffSignIn } from '../staff-sign-in.ts';
import { readGroup, settingGroups } from './settings.ts';
import { logKeyOf, openTransparency } from './transparency.ts';

/** A request to Lambda has 6 MB, and an image in it is a third longer in base64; larger ones come by the raw bucket. */
const MAX_BODY_BYTES = 4_400_000;

/** The HTTP API on Lambda, behind an HTTP API of API Gateway. Sign-in, sessions and kept answers are in the database. */
export async function openApi(core: Core): Promise<ReturnType<typeof createApi>> {
  const { client, tables, clock, newId, random, log } = core;
  const uploads = readGroup(settingGroups.uploads);
  const console = readGroup(settingGroups.console);
  const parts = openLedgerParts(core);
  const { ledger, store } = parts;
  const pool = await openPool(core);
  const logParts = openLogParts(core);
  const maxUploadBytes = Math.min(MAX_BODY_BYTES, uploads.KYC_MAX_UPLOAD_BYTES);
  const deps = lambdaDeps({
    ...core, ledger, store, prepareImage,
    pendingCallbacks: createPendingCallbacks({ client, table: tables['pending-callbacks'] }),
    registerCache: createRegisterCache({ client, table: tables['register-cache'] }),
    workflow: openWorkflow(),
    scanJobs: openScanJobs(core),
    messenger: await openMessenger(core),
    numbers: createApplicantNumbers({ client, table: tables.counters }),
    policy: openPolicy(),
    settings: {
      reviewerAddress: reviewerAddress(),
      limits: { maxBytes: maxUploadBytes, maxPixels: uploads.KYC_MAX_PIXELS, maxSide: 10_000 },
    },
  });
  return createApi({
    ledger,
    // As with live captures: infra/lambda/register-callback.ts answers these.
    handlers: { ...bindHandlers(deps), registerCallback: () => Promise.reject(new PartNotWired('the registers')) },
    queries: apiQueries(pool),
    audit: await openAudit(core),
    live: createKeptUpdates({ client, table: tables.notifications }),
    operations: { remind: () => remindNow({ pool }, deps) },
    retention: await openRetention(core, parts, deps),
    exports: createQueuedExports({ jobs: openExportJobs(core), bags: openBags(core), queue: openExportQueue(core), clock }),
    transparency: await openTransparency(logParts),
    policyLab: { inUse: deps.policy, backtest: (policy, watch) => backtestPolicy({ store }, policy, watch) },
    tablesAsOf: tablesAsOf({ pool, ledger, store, log: { tiles: logParts.tiles, key: await logKeyOf(logParts) } }, clock),
    sessions: new PostgresSessionStore(pool),
    staffSignIn: openStaffSignIn(readGroup(settingGroups.signIn), clock),
    idempotency: new PostgresIdempotencyStore(pool),
    // Each process counts for itself; what limits all of them together is the throttling of API Gateway and WAF.
    rateLimiter: new MemoryRateLimiter(),
    receiveUpload: receiveToDisk('/tmp/incoming'),
    // A function of their own answers these (infra/lambda/live-capture.ts).
    liveCaptures: null,
    ready: async () => {
      const [database, eventStore] = await Promise.allSettled([pool.query(sql.type(z.object({}))`SELECT 1`), store.holder({ kind: 'email', hash: 'none' })]);
      return [{ part: 'database', ok: database.status === 'fulfilled' }, { part: 'event store', ok: eventStore.status === 'fulfilled' }];
    },
    settings: {
      publicUrl: console.KYC_PUBLIC_URL,
      ...signInLifetimes,
      maxUploadBytes,
      limits: { session: 6_000, signIn: 60, callback: 60 },
      heartbeatMs: 15_000,
      reviewTargetHours: console.KYC_REVIEW_TARGET_HOURS,
      clientAddress: (c) => getConnInfo(c).remote.address,
    },
    clock, newId, random, log,
  });
}
