import { handle } from 'hono/aws-lambda';
import { MemoryRateLimiter } from '../../api/http/rate-limit.ts';
import { registerCallback } from '../../handlers/register-check.ts';
import { createCallbackApi } from '../../runtime/aws/callback-api.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { StageFailed } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openRegisterParts, registerSettings } from '../../runtime/aws/parts/registers.ts';
import { openWorkflow } from '../../runtime/aws/parts/workflow.ts';
import { inSpan } from '../../runtime/aws/tracing.ts';
import { errorFields } from '../../runtime/log.ts';

const core = openCore();
const open = once(async () => {
  const deps = lambdaDeps({ ...core, ...openLedgerParts(core), ...(await openRegisterParts(core)), workflow: openWorkflow(), settings: registerSettings() });
  return handle(createCallbackApi({
    clock: core.clock, newId: core.newId, log: core.log, rateLimiter: new MemoryRateLimiter(), settings: { limits: { callback: 60 } },
    handlers: {
      registerCallback: async (callback) => {
        const pending = await deps.pendingCallbacks.get(callback.requestId);
        return inSpan('register-callback', pending === null ? {} : { stream: pending.stream }, () => registerCallback(deps, callback));
      },
    },
  }));
});

type Handle = Awaited<ReturnType<typeof open>>;

export const handler: Handle = async (event, context) => {
  const answer = await open().catch((error: unknown) => {
    core.log.error('callbacks cannot be taken', errorFields(error));
    throw new StageFailed(error);
  });
  return answer(event, context);
};
