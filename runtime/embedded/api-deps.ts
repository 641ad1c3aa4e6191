import { join } from 'node:path';
import { getConnInfo } from '@hono/node-server/conninfo';
import { sql } from 'slonik';
import { z } from 'zod';
import { bindHandlers } from '../../api/bind-handlers.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { MemoryRateLimiter } from '../../api/http/rate-limit.ts';
import { PostgresIdempotencyStore } from '../../api/idempotency/postgres-store.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { signInLifetimes } from '../../api/sign-in/sign-in.ts';
import { receiveToDisk } from '../../api/uploads/receive-to-disk.ts';
import { createCaptureSessions } from '../../gateways/records/capture-sessions.ts';
import { openCapture, takeCapture } from '../../handlers/live-capture.ts';
import type { AuditIndex } from '../../gateways/audit-index/port.ts';
import { backtestPolicy } from '../../handlers/backtest-policy.ts';
import type { Deps, Log } from '../../handlers/deps.ts';
import { registerCallback } from '../../handlers/register-check.ts';
import { formatVerifierKey } from '../../ledger/log/note-key.ts';
import { serveLog } from '../../ledger/log/serve-log.ts';
import { openStaffSignIn } from '../staff-sign-in.ts';
import type { Settings } from '../settings.ts';
import { apiQueries } from './api-queries.ts';
import type { Retention } from './retention.ts';
import { tablesAsOf } from './tables-as-of.ts';
import type { Gateways } from './gateways.ts';
import { remindNow } from './reminders.ts';
import type { Stores } from './stores.ts';
import type { TransparencyLog } from './transparency-log.ts';

export interface ApiParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly gateways: Gateways;
  readonly audit: AuditIndex;
  readonly deps: Deps;
  readonly retention: Retention;
  readonly exports: ApiDeps['exports'];
  readonly transparencyLog: TransparencyLog;
  readonly publicUrl: string;
  readonly log: Log;
}


export function apiDeps({ settings, stores, gateways, audit, deps, retention, exports, transparencyLog, publicUrl, log }: ApiParts): ApiDeps {
  const { pool, ledger, client } = stores;
  return {
    ledger,
    handlers: { ...bindHandlers(deps), registerCallback: (callback) => registerCallback(deps, callback) },
    queries: apiQueries(pool),
    audit,
    live: gateways.live,
    operations: { remind: () => remindNow(stores, deps) },
    retention,
    exports,
    transparency: { verifierKey: formatVerifierKey(transparencyLog.key), indexOf: async (stream, version) => transparencyLog.forExports.indexOf(stream, version), file: serveLog(transparencyLog.tiles) },
    policyLab: { inUse: deps.policy, backtest: (policy, watch) => backtestPolicy(stores, policy, watch) },
    tablesAsOf: tablesAsOf({ ...stores, log: transparencyLog }, deps.clock),
    sessions: new PostgresSessionStore(pool),
    staffSignIn: openStaffSignIn(settings.values, deps.clock),
    idempotency: new PostgresIdempotencyStore(pool),
    rateLimiter: new MemoryRateLimiter(),
    receiveUpload: receiveToDisk(join(settings.dataFolder, 'incoming')),
    liveCaptures: liveCapturesOf(gateways, stores, deps),
    ready: async () => {
      const [database, eventStore] = await Promise.allSettled([
        pool.query(sql.type(z.object({}))`SELECT 1`),
        client.config.endpoint?.().then(({ hostname, port, protocol }) => fetch(`${protocol}//${hostname}:${port}/`, { signal: AbortSignal.timeout(2000) })),
      ]);
      return [
        { part: 'database', ok: database.status === 'fulfilled' },
        { part: 'event store', ok: eventStore.status === 'fulfilled' },
      ];
    },
    settings: {
      publicUrl,
      ...signInLifetimes,
      maxUploadBytes: settings.values.KYC_MAX_UPLOAD_BYTES,
      limits: { session: 6_000, signIn: 60, callback: 60 },
      heartbeatMs: 15_000,
      reviewTargetHours: settings.values.KYC_REVIEW_TARGET_HOURS,
      clientAddress: (c) => getConnInfo(c).remote.address,
    },
    clock: deps.clock,
    newId: deps.newId,
    random: deps.random,
    log,
  };
}

function liveCapturesOf({ liveCaptures: captures }: Gateways, { client, tables }: Stores, deps: Deps): ApiDeps['liveCaptures'] {
  if (captures === null) return null;
  const parts = { ...deps, captures, captureSessions: createCaptureSessions({ client, table: tables.deliveries }) };
  return { open: (command) => openCapture(parts, command), take: (command) => takeCapture(parts, command) };
}
