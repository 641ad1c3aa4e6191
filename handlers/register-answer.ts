import { z } from 'zod';
import { documentAt } from '../aggregates/applicant/queries.ts';
import type { Run } from '../aggregates/applicant/state.ts';
import { nameMayBeCut } from '../aggregates/document/interpret.ts';
import { judgeEntry } from '../aggregates/registers/judge.ts';
import { RunNotFinished } from '../gateways/registers/errors.ts';
import type { RegisterAnswer } from '../gateways/registers/port.ts';
import { causedBy, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { execute } from './execute.ts';

/** How a lookup stands after we have asked the provider itself. */
export type Concluded =
  /** The register's signal is in the ledger. */
  | 'recorded'
  /** The run is still on its way. */
  | 'pending'
  /** The provider knows no such run of ours for this request. */
  | 'not_ours';

/**
 * Fetches the provider's run and, if it has ended, records what came of it: nothing a callback claimed is used.
 * Recording is idempotent; the register's health and the cache follow. Throws ServiceUnavailable.
 */
export async function concludeLookup(deps: Deps, loaded: Case, run: Run, runId: string): Promise<Concluded> {
  const { request } = run;
  const found = await deps.registers.run(runId);
  if (request === null || found === null || found.runId !== runId || found.requestId !== request.requestId) return 'not_ours';
  switch (found.status) {
    case 'READY':
    case 'RUNNING':
    case 'TIMING-OUT':
    case 'ABORTING':
      return 'pending';
    case 'FAILED':
    case 'TIMED-OUT':
    case 'ABORTED':
      await recordRegisterFailure(deps, loaded, run, 'REGISTER_LOOKUP_FAILED');
      return 'recorded';
    case 'SUCCEEDED': {
      try {
        const answer = await deps.registers.answer(runId);
        const snapshotDate = (found.finishedAt ?? deps.clock().toISOString()).slice(0, 10);
        await recordAnswer(deps, loaded, run, { requestId: request.requestId, runId, cached: false, snapshotDate, answer });
        return 'recorded';
      } catch (error) {
        if (error instanceof RunNotFinished) return 'pending';
        throw error;
      }
    }
  }
}

export interface ObtainedAnswer {
  readonly requestId: string;
  readonly runId: string;
  readonly cached: boolean;
  /** Calendar date on which the register said so. */
  readonly snapshotDate: string;
  readonly answer: RegisterAnswer;
}

/** Keeps the register's whole answer as evidence, judges it and records both. */
export async function recordAnswer(deps: Deps, loaded: Case, run: Run, obtained: ObtainedAnswer): Promise<void> {
  const { state } = loaded;
  const registration = state.personal?.registrationNumber;
  // Erased meanwhile: there is nobody left to judge.
  if (registration === undefined) return;
  const { answer, requestId, runId, cached, snapshotDate } = obtained;
  const judged = judgeEntry(state.registerType, answer, {
    registrationNumber: registration,
    ...documentName(loaded, run),
    claimedName: state.personal?.name ?? null,
  });
  const { ref, plainSha256 } = await deps.ledger.keepEvidence(state.stream, `register-${requestId}`, answer.bytes, 'application/json');
  const done = await execute(deps, state.stream, {
    command: 'record-register-check',
    event: {
      type: 'RegisterChecked',
      data: { requestId, register: state.registerType, runId, cached, snapshotDate, answer: ref, ...judged },
      personal: {
        registrationNumber: answer.registrationNumber ?? registration,
        registeredName: answer.registeredName,
        formerNames: [...answer.formerNames],
        statusWording: answer.statusWording,
        response: z.record(z.string(), z.json()).parse(answer.response),
        answerPlainSha256: plainSha256,
      },
    },
  }, causedBy(loaded, run.startVersion, 'register-check'));
  if (done.kind === 'refused') {
    if (done.code === 'LATE_CALLBACK' || done.code === 'REGISTER_ALREADY_ANSWERED' || done.code.startsWith('ERAS')) return;
    throw new StepRefused(done.code, done.message);
  }
  const recorded = done.events.find((event) => event.type === 'RegisterChecked');
  if (recorded === undefined || cached) return;
  const now = deps.clock();
  await deps.registerHealth.note(state.registerType, { requestId, outcome: judged.outcome, at: now.toISOString() });
  if (judged.outcome === 'unreadable') return;
  await deps.registerCache.put(await cacheKey(deps, state.registerType, registration), {
    stream: state.stream,
    version: recorded.version,
    fetchedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + deps.settings.registerCacheMs).toISOString(),
  });
}

/** Records that no answer could be had, and why. Not after the signal is in: a sweep and a callback may meet. */
export async function recordRegisterFailure(deps: Deps, loaded: Case, run: Run, reason: string): Promise<void> {
  const { state } = loaded;
  const done = await execute(deps, state.stream, {
    command: 'record-register-check',
    event: {
      type: 'RegisterCheckFailed',
      data: { requestId: run.request?.requestId ?? null, startVersion: run.startVersion, register: state.registerType, reason },
      personal: null,
    },
  }, causedBy(loaded, run.startVersion, 'register-check'));
  if (done.kind === 'refused' && !done.code.startsWith('ERAS')) throw new StepRefused(done.code, done.message);
  deps.log.warn('register check failed', { stream: state.stream, register: state.registerType, reason });
}

export async function cacheKey(deps: Pick<Deps, 'ledger'>, register: string, registrationNumber: string): Promise<string> {
  return deps.ledger.lookupHash('registration', `${register}:${registrationNumber}`);
}

function documentName({ events, state }: Case, run: Run) {
  const scan = documentAt(state, run.documentVersion)?.scan;
  const name = scan?.kind === 'scanned' ? scan.fields?.name ?? null : null;
  const scanned = scan?.kind === 'scanned' ? events[scan.version - 1] : undefined;
  const mrzLines = scanned?.type === 'DocScanned' ? scanned.personal?.mrzLines ?? [] : [];
  return { documentName: name, documentNameMayBeCut: name !== null && nameMayBeCut(mrzLines, name) };
}
