import { z } from 'zod';
import { runAt } from '../aggregates/applicant/queries.ts';
import type { Run } from '../aggregates/applicant/state.ts';
import { RegisterNotOffered } from '../gateways/registers/errors.ts';
import { mappers } from '../gateways/registers/mappers/all.ts';
import { readOutput } from '../gateways/registers/mappers/mapper.ts';
import type { PendingCallback } from '../gateways/records/port.ts';
import { EvidenceAltered, EvidenceMissing, SubjectErased } from '../ledger/errors.ts';
import { newToken } from './callback-token.ts';
import { causedBy, loadCase, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { execute } from './execute.ts';
import { cacheKey, recordAnswer, recordRegisterFailure, type ObtainedAnswer } from './register-answer.ts';
import { isRegisterPaused } from './register-pause.ts';
import { isClosed, loadRun, RunStep } from './run-step.ts';

export const RegisterRequest = RunStep.extend({ taskToken: z.string().min(1) });

export type RegisterRequested = Readonly<Record<'register', 'asked' | 'answered' | 'paused' | 'not_offered' | 'closed'>>;

/**
 * Asks the register once a run, or finds a recent answer; the task waits until its token is settled. Recorded before
 * the provider is started, so that no callback can come for a request that the ledger does not know.
 */
export async function registerRequest(deps: Deps, input: z.infer<typeof RegisterRequest>): Promise<RegisterRequested> {
  const { taskToken, ...step } = RegisterRequest.parse(input);
  const { loaded, run } = await loadRun(deps, step);
  const goOn = async (register: RegisterRequested['register']): Promise<RegisterRequested> => {
    await deps.workflow.succeed(taskToken, { register });
    return { register };
  };
  const registrationNumber = loaded.state.personal?.registrationNumber;
  if (isClosed(loaded) || registrationNumber === undefined) return goOn('closed');
  if (run.register.kind !== 'pending') return goOn('answered');
  if (run.request !== null) return askAgain(deps, loaded, run, registrationNumber, taskToken);

  if (await isRegisterPaused(deps, loaded.state.registerType)) {
    await recordRegisterFailure(deps, loaded, run, 'REGISTER_PAUSED');
    return goOn('paused');
  }
  const known = await recentAnswer(deps, loaded, registrationNumber);
  const { token, hash } = newToken(deps.random);
  const requested = await request(deps, loaded, run, hash);
  // Somebody else was faster: theirs is the request that holds.
  if (requested.tokenHash !== hash) return askAgain(deps, loaded, { ...run, request: requested }, registrationNumber, taskToken);
  if (known !== null) {
    const runId = `${known.runId}:cached:${requested.requestId}`;
    await recordAnswer(deps, loaded, run, { ...known, requestId: requested.requestId, runId, cached: true });
    return goOn('answered');
  }
  const { requestId, startVersion, register, deadline } = requested;
  const pending = { requestId, stream: step.stream, startVersion, register, runId: null, taskToken, tokenHash: hash, deadline };
  return ask(deps, loaded, run, pending, { token, registrationNumber });
}

type Request = NonNullable<Run['request']>;

async function request(deps: Deps, loaded: Case, run: Run, tokenHash: string): Promise<Request> {
  const { state } = loaded;
  const done = await execute(deps, state.stream, {
    command: 'request-register-check',
    event: {
      type: 'RegisterCheckRequested',
      data: {
        requestId: deps.newId(),
        startVersion: run.startVersion,
        register: state.registerType,
        provider: deps.registers.provider,
        tokenHash,
        deadline: new Date(deps.clock().getTime() + deps.settings.registerDeadlineMs).toISOString(),
      },
      personal: null,
    },
  }, causedBy(loaded, run.startVersion, 'register-request'), { loaded });
  const after = done.kind === 'done' ? done.state : (await loadCase(deps, state.stream))?.state;
  const requested = after === undefined ? null : runAt(after, run.startVersion)?.request ?? null;
  if (requested === null) throw new StepRefused('REGISTER_NOT_REQUESTED', 'The request was not recorded.');
  return requested;
}

/** Starts the provider and keeps what the callback will be matched with. */
async function ask(
  deps: Deps,
  loaded: Case,
  run: Run,
  pending: PendingCallback,
  secret: { readonly token: string; readonly registrationNumber: string },
): Promise<RegisterRequested> {
  const { requestId, register } = pending;
  await deps.pendingCallbacks.put(pending);
  try {
    const { runId } = await deps.registers.start({
      requestId, register, registrationNumber: secret.registrationNumber,
      callbackUrl: new URL(`/api/v1/callbacks/registers/${requestId}`, deps.settings.callbackBaseUrl).href,
      callbackToken: secret.token,
    });
    const now = await deps.pendingCallbacks.get(requestId);
    // The callback may have been here already: then nothing is awaited any more.
    if (now?.taskToken === pending.taskToken) await deps.pendingCallbacks.put({ ...now, runId });
    return { register: 'asked' };
  } catch (error) {
    if (!(error instanceof RegisterNotOffered)) throw error;
    await recordRegisterFailure(deps, loaded, run, error.code);
    await deps.pendingCallbacks.remove(requestId);
    if (pending.taskToken !== null) await deps.workflow.succeed(pending.taskToken, { register: 'not_offered' });
    return { register: 'not_offered' };
  }
}

/**
 * After a crash or a failed attempt: the same request goes on with the new task token. Where it is not known whether
 * the provider was started it is started again, which is harmless, with a new token, because the first is kept nowhere.
 */
async function askAgain(deps: Deps, loaded: Case, run: Run, registrationNumber: string, taskToken: string): Promise<RegisterRequested> {
  const { stream } = loaded.state;
  if (run.request === null) throw new StepRefused('REGISTER_NOT_REQUESTED', 'There is no request to go on with.');
  const { requestId, startVersion, register, deadline } = run.request;
  const before = await deps.pendingCallbacks.get(requestId);
  const { token, hash } = newToken(deps.random);
  const answer = before !== null && before.runId !== null
    ? await goOnWaiting(deps, { ...before, taskToken, deadline })
    : await ask(deps, loaded, run, { requestId, stream, startVersion, register, runId: null, taskToken, tokenHash: hash, deadline }, { token, registrationNumber });
  // Who recorded the answer meanwhile may have settled the former token only.
  const now = await loadRun(deps, { stream, startVersion });
  if (now.run.register.kind === 'pending') return answer;
  await deps.workflow.succeed(taskToken, { register: 'answered' });
  return { register: 'answered' };
}

async function goOnWaiting(deps: Deps, pending: PendingCallback): Promise<RegisterRequested> {
  await deps.pendingCallbacks.put(pending);
  return { register: 'asked' };
}

/** A recent answer about this number, from whichever applicant it was fetched for; none once that subject is erased. */
async function recentAnswer(deps: Deps, { state }: Case, number: string): Promise<Omit<ObtainedAnswer, 'requestId' | 'cached'> | null> {
  const cached = await deps.registerCache.get(await cacheKey(deps, state.registerType, number), deps.clock().toISOString());
  if (cached === null) return null;
  const [event] = await deps.ledger.load(cached.stream, { from: cached.version, to: cached.version });
  if (event?.type !== 'RegisterChecked' || event.data.register !== state.registerType) return null;
  try {
    const bytes = await deps.ledger.readEvidence(cached.stream, event.data.answer);
    return { runId: event.data.runId, snapshotDate: event.data.snapshotDate, answer: readOutput(mappers[state.registerType], bytes) };
  } catch (error) {
    if (error instanceof SubjectErased || error instanceof EvidenceMissing || error instanceof EvidenceAltered) return null;
    throw error;
  }
}
