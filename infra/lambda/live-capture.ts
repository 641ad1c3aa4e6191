import { handle } from 'hono/aws-lambda';
import { MemoryRateLimiter } from '../../api/http/rate-limit.ts';
import { PostgresIdempotencyStore } from '../../api/idempotency/postgres-store.ts';
import { liveCaptureRoutes } from '../../api/routes/live-captures.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { openSurface } from '../../api/surface.ts';
import { prepareImage } from '../../gateways/images/prepare-image.ts';
import { createCaptureSessions } from '../../gateways/records/capture-sessions.ts';
import { openCapture, takeCapture } from '../../handlers/live-capture.ts';
import { StageFailed } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openCaptures } from '../../runtime/aws/parts/live-captures.ts';
import { openScanJobs } from '../../runtime/aws/parts/queues.ts';
import { readGroup, settingGroups } from '../../runtime/aws/settings.ts';
import { inSpan } from '../../runtime/aws/tracing.ts';
import { errorFields } from '../../runtime/log.ts';

const core = openCore();

/** The same routes as in the whole API, by the one role that may lend browsers theirs. */
const open = once(async () => {
  const { KYC_MAX_UPLOAD_BYTES: maxBytes, KYC_MAX_PIXELS: maxPixels } = readGroup(settingGroups.uploads);
  const { KYC_PUBLIC_URL: publicUrl } = readGroup(settingGroups.console);
  const captures = openCaptures(readGroup(settingGroups.liveCaptures));
  const pool = await openPool(core);
  const { ledger } = openLedgerParts(core);
  const { clock, newId, log } = core;
  const parts = {
    ledger, prepareImage, clock, newId, scanJobs: openScanJobs(core), settings: { limits: { maxBytes, maxPixels, maxSide: 10_000 } },
    captureSessions: createCaptureSessions({ client: core.client, table: core.tables.deliveries }),
  };
  const liveCaptures = captures === null ? null : {
    open: (command: Parameters<typeof openCapture>[1]) => inSpan('live-capture', { stream: command.stream }, () => openCapture({ ...parts, captures }, command)),
    take: (command: Parameters<typeof takeCapture>[1]) => inSpan('live-capture', { stream: command.stream }, () => takeCapture({ ...parts, captures }, command)),
  };
  const rateLimiter = new MemoryRateLimiter();
  return handle(openSurface({
    clock, newId, log, rateLimiter, sessions: new PostgresSessionStore(pool), idempotency: new PostgresIdempotencyStore(pool),
    settings: { publicUrl, limits: { session: 600 } },
  }, (app) => liveCaptureRoutes({ app, deps: { liveCaptures, rateLimiter, clock, newId } })));
});

type Handle = Awaited<ReturnType<typeof open>>;

export const handler: Handle = async (event, context) => {
  const answer = await open().catch((error: unknown) => {
    core.log.error('live captures cannot be taken', errorFields(error));
    throw new StageFailed(error);
  });
  return answer(event, context);
};
