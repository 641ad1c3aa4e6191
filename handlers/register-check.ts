import { z } from 'zod';
import { runAt } from '../aggregates/applicant/queries.ts';
import { RegisterWebhook } from '../gateways/registers/webhook.ts';
import { isTokenOf } from './callback-token.ts';
import { loadCase } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { concludeLookup } from './register-answer.ts';
import { isClosed, loadRun, RunStep } from './run-step.ts';
import { settleCallback } from './settle.ts';

export interface RegisterCallback {
  readonly requestId: string;
  /** The one-time token the callback brought. */
  readonly token: string;
  readonly payload: unknown;
}

export type CallbackAnswer =
  | { readonly kind: 'accepted' | 'repeated' }
  | { readonly kind: 'refused'; readonly code: 'CALLBACK_MALFORMED' | 'CALLBACK_REFUSED' | 'CALLBACK_LATE'; readonly message: string };

const refused = { kind: 'refused', code: 'CALLBACK_REFUSED', message: 'No callback is awaited with this request, token and run.' } as const;
const malformed = { kind: 'refused', code: 'CALLBACK_MALFORMED', message: 'This is not the announcement of a register lookup.' } as const;
const late = { kind: 'refused', code: 'CALLBACK_LATE', message: 'The answer came after the case had gone on without it.' } as const;

/**
 * A register lookup has ended, somebody says. A hint only: after the token is found to be ours the run itself is
 * fetched from the provider, and that is what gets recorded. A forgery learns nothing, not even whether the request exists.
 */
export async function registerCallback(deps: Deps, callback: RegisterCallback): Promise<CallbackAnswer> {
  const requestId = z.uuid().safeParse(callback.requestId);
  const pending = requestId.success ? await deps.pendingCallbacks.get(requestId.data) : null;
  const loaded = pending === null ? null : await loadCase(deps, pending.stream);
  const run = pending === null || loaded === null ? null : runAt(loaded.state, pending.startVersion);
  const hashes = [pending?.tokenHash, run?.request?.tokenHash].filter((hash) => hash !== undefined);
  if (!isTokenOf(callback.token, hashes) || pending === null || loaded === null || run === null) return refused;

  const payload = RegisterWebhook.safeParse(callback.payload);
  if (!payload.success) return malformed;
  const runId = payload.data.eventData.actorRunId;
  if (payload.data.resource.id !== runId || (pending.runId !== null && pending.runId !== runId)) return refused;

  if (isClosed(loaded) || run.register.kind !== 'pending') {
    await settleCallback(deps, pending.requestId);
    return run.register.kind === 'checked' ? { kind: 'repeated' } : late;
  }
  switch (await concludeLookup(deps, loaded, run, runId)) {
    case 'not_ours':
      return refused;
    case 'pending':
      return { kind: 'accepted' };
    case 'recorded':
      await settleCallback(deps, pending.requestId);
      return { kind: 'accepted' };
  }
}

export type RegisterCheckAnswer = Readonly<Record<'register', 'checked' | 'failed' | 'closed'>>;

/** The workflow's step after the callback: makes sure that the register's signal is recorded. */
export async function registerCheck(deps: Deps, input: RunStep): Promise<RegisterCheckAnswer> {
  const step = RunStep.parse(input);
  const { loaded, run } = await loadRun(deps, step);
  if (isClosed(loaded)) return { register: 'closed' };
  if (run.register.kind !== 'pending') return { register: run.register.kind };
  const pending = run.request === null ? null : await deps.pendingCallbacks.get(run.request.requestId);
  if (pending !== null && pending.runId !== null) await concludeLookup(deps, loaded, run, pending.runId);
  const after = await loadRun(deps, step);
  if (after.run.register.kind === 'pending') throw new StepRefused('REGISTER_NOT_ANSWERED', 'The register has not answered yet.');
  return { register: after.run.register.kind };
}
