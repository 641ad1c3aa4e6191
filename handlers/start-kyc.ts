import { z } from 'zod';
import { openRun, readyToStart } from '../aggregates/applicant/queries.ts';
import type { Applicant, Run } from '../aggregates/applicant/state.ts';
import { StreamRef } from '../events/vocabulary.ts';
import { causedBy, loadCase } from './case.ts';
import type { Deps } from './deps.ts';
import { execute } from './execute.ts';

export const StartKyc = z.object({ stream: StreamRef });

export type StartedKyc =
  | { readonly kind: 'started' | 'exists'; readonly startVersion: number }
  /** Nothing to start, or not yet; `code` says why. */
  | { readonly kind: 'waiting'; readonly code: string };

/**
 * One message of the kyc-jobs queue: records that the workflow starts on the newest document and selfie, then starts it
 * under its deterministic name. Called again it starts what a crash left unstarted, and nothing twice.
 */
export async function startKyc(deps: Deps, input: z.infer<typeof StartKyc>): Promise<StartedKyc> {
  const { stream } = StartKyc.parse(input);
  const loaded = await loadCase(deps, stream);
  if (loaded === null) return { kind: 'waiting', code: 'NOT_REGISTERED' };
  const readiness = readyToStart(loaded.state);
  if (readiness.kind === 'waiting') return { kind: 'waiting', code: readiness.code };
  const cause = readiness.kind === 'ready' ? Math.max(readiness.document.version, readiness.selfie.version) : loaded.state.version;
  const done = await execute(deps, stream, { command: 'start-kyc' }, causedBy(loaded, cause, 'start-kyc'), { loaded });
  if (done.kind === 'refused') return { kind: 'waiting', code: done.code };
  const run = openRun(done.state);
  return run === null ? { kind: 'waiting', code: 'DECIDED' } : startRun(deps, done.state, run);
}

/** Starts the run's execution. `again` gives it another name, for a run whose first execution has failed. */
export async function startRun(deps: Pick<Deps, 'workflow'>, { stream }: Applicant, run: Run, again = ''): Promise<StartedKyc> {
  const { startVersion } = run;
  return { kind: await deps.workflow.start(`${run.executionName}${again}`, { stream, startVersion }), startVersion };
}

/** Puts the applicant in line when the workflow can start on something it has not run on yet. */
export async function queueWhenReady(deps: Pick<Deps, 'kycJobs'>, state: Applicant): Promise<boolean> {
  if (readyToStart(state).kind !== 'ready') return false;
  await deps.kycJobs.send({ stream: state.stream }, { dedupeKey: state.stream });
  return true;
}
