import type { ApiDeps } from './deps.ts';
import { ViewRecorder } from './record-view.ts';
import { applicantRoutes } from './routes/applicants.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import type { Api } from './routes/context.ts';
import { exportRoutes } from './routes/exports.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { insightRoutes } from './routes/insight.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { liveCaptureRoutes } from './routes/live-captures.ts';
import { liveRoutes } from './routes/live.ts';
import { operationRoutes } from './routes/operations.ts';
import { policyRoutes } from './routes/policy.ts';
import { retentionRoutes } from './routes/retention.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { staffSignInRoutes } from './routes/staff-sign-in.ts';
import { tableRoutes } from './routes/tables.ts';
import { timeTravelRoutes } from './routes/time-travel.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { vocabularyRoutes } from './routes/vocabulary.ts';
import { openSurface } from './surface.ts';

/**
 * The HTTP surface: everything under `/api/v1`, with the log's files under `/log`, `/health` and `/openapi.json` beside it. Needs nothing of Node but
 * what `deps` bring.
 *
 *     const server = serve({ fetch: createApi(deps).fetch, hostname: '127.0.0.1', port: 8080 });
 */
export function createApi(deps: ApiDeps): Api {
  const views = new ViewRecorder(deps);
  return openSurface(deps, (app) => {
    const context = { app, deps, views };
    healthRoutes(context);
    signInRoutes(context);
    staffSignInRoutes(context);
    applicantRoutes(context);
    uploadRoutes(context);
    liveCaptureRoutes(context);
    historyRoutes(context);
    exportRoutes(context);
    timeTravelRoutes(context);
    retentionRoutes(context);
    tableRoutes(context);
    reviewRoutes(context);
    vocabularyRoutes(context);
    insightRoutes(context);
    ledgerRoutes(context);
    policyRoutes(context);
    callbackRoutes(context);
    liveRoutes(context);
    operationRoutes(context);
  });
}
