import { newestDocument, openRun, runAt } from '../aggregates/applicant/queries.ts';
import type { Applicant, Run } from '../aggregates/applicant/state.ts';
import { ServiceUnavailable } from '../gateways/errors.ts';
import type { PendingCallback } from '../gateways/records/port.ts';
import { loadCase, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { publishResult } from './publish.ts';
import { concludeLookup, recordRegisterFailure, type Concluded } from './register-answer.ts';
import { isClosed } from './run-step.ts';
import { settleCallback } from './settle.ts';
import { queueWhenReady, startRun } from './start-kyc.ts';

export interface SweptCallbacks {
  readonly due: number;
  /** Answered after all, found by asking the provider. */
  readonly answered: number;
  /** Given up: recorded as failed. */
  readonly failed: number;
}

/**
 * Callbacks whose deadline has passed: the provider's run is looked up, and either its answer is recorded on the same
 * path as a callback's, or that none came. Then the workflow goes on. `now` is RFC 3339.
 */
export async function sweepCallbacks(deps: Deps, { now }: { readonly now: string }): Promise<SweptCallbacks> {
  const due = await deps.pendingCallbacks.due(now);
  const count = { due: due.length, answered: 0, failed: 0 };
  for (const pending of due) {
    try {
      const end = await sweepCallback(deps, pending);
      if (end === 'answered') count.answered += 1;
      if (end === 'failed') count.failed += 1;
    } catch (error) {
      deps.log.warn('a callback could not be swept', { requestId: pending.requestId, error: nameOf(error) });
    }
  }
  return count;
}

async function sweepCallback(deps: Deps, pending: PendingCallback): Promise<'answered' | 'failed' | 'settled'> {
  const loaded = await loadCase(deps, pending.stream);
  const run = loaded === null ? null : runAt(loaded.state, pending.startVersion);
  const open = loaded !== null && run !== null && !isClosed(loaded) && run.register.kind === 'pending';
  const end = open ? await giveUpOrTake(deps, loaded, run, pending) : 'settled';
  await settleCallback(deps, pending.requestId);
  return end;
}

async function giveUpOrTake(deps: Deps, loaded: Case, run: Run, pending: PendingCallback): Promise<'answered' | 'failed'> {
  const concluded = await askProvider(deps, loaded, run, pending.runId);
  if (concluded === 'recorded') return 'answered';
  await recordRegisterFailure(deps, loaded, run, 'REGISTER_DID_NOT_ANSWER');
  return 'failed';
}

async function askProvider(deps: Deps, loaded: Case, run: Run, runId: string | null): Promise<Concluded> {
  if (runId === null) return 'not_ours';
  try {
    return await concludeLookup(deps, loaded, run, runId);
  } catch (error) {
    // The deadline is over and the provider is down as well: the case goes to a person rather than waiting on.
    if (error instanceof ServiceUnavailable) return 'pending';
    throw error;
  }
}

export interface SweepCases {
  /** RFC 3339. */
  readonly now: string;
  /** Streams of cases that are not finished; finished ones are harmless. */
  readonly streams: AsyncIterable<string> | Iterable<string>;
}

export interface SweptCases {
  readonly looked: number;
  /** Cases that something was done about. */
  readonly moved: number;
}

/** Younger than this, a case is on its way by itself. */
const patienceMs = 60_000;

/** What a crash or an outage left lying: unread documents, cases not started, executions that failed, results not published. */
export async function sweepCases(deps: Deps, { now, streams }: SweepCases): Promise<SweptCases> {
  const count = { looked: 0, moved: 0 };
  for await (const stream of streams) {
    count.looked += 1;
    try {
      const loaded = await loadCase(deps, stream);
      if (loaded !== null && !isClosed(loaded) && await moveOn(deps, loaded.state, Date.parse(now))) count.moved += 1;
    } catch (error) {
      deps.log.warn('a case could not be swept', { stream, error: nameOf(error) });
    }
  }
  return count;
}

async function moveOn(deps: Deps, state: Applicant, now: number): Promise<boolean> {
  const overdue = (since: string, byMs: number) => now - Date.parse(since) > byMs;
  const { stream, inForce } = state;
  if (inForce !== null && !state.published.includes(inForce.version) && overdue(inForce.at, patienceMs)) {
    await publishResult(deps, { stream, decisionVersion: inForce.version });
    return true;
  }
  const run = openRun(state);
  if (run !== null) {
    if (!overdue(run.startedAt, patienceMs)) return false;
    // Harmless while the execution runs. One that has failed is followed by another, at most one an hour.
    const given = deps.settings.registerDeadlineMs + 10 * patienceMs;
    const again = overdue(run.startedAt, given) ? `-again-${new Date(now).toISOString().slice(0, 13).replaceAll(/\D/g, '')}` : '';
    return (await startRun(deps, state, run, again)).kind === 'started';
  }
  const document = newestDocument(state);
  if (document?.scan.kind === 'pending') {
    if (!overdue(document.uploadedAt, patienceMs)) return false;
    await deps.scanJobs.send({ stream, version: document.version }, { dedupeKey: `${stream}:${document.version}` });
    return true;
  }
  return queueWhenReady(deps, state);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
