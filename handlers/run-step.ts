import { z } from 'zod';
import { runAt } from '../aggregates/applicant/queries.ts';
import type { Run } from '../aggregates/applicant/state.ts';
import { StreamRef } from '../events/vocabulary.ts';
import { loadCase, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';

/** What every task of the workflow is given: the applicant and the run (version of its KycStarted event). */
export const RunStep = z.object({ stream: StreamRef, startVersion: z.int().positive() });
export type RunStep = z.infer<typeof RunStep>;

/** The applicant and the run. Throws StepRefused where there is none: the workflow was started on something else. */
export async function loadRun(deps: Pick<Deps, 'ledger'>, step: RunStep): Promise<{ readonly loaded: Case; readonly run: Run }> {
  const loaded = await loadCase(deps, step.stream);
  const run = loaded === null ? null : runAt(loaded.state, step.startVersion);
  if (loaded === null || run === null) throw new StepRefused('UNKNOWN_RUN', 'No run was started at this version.');
  return { loaded, run };
}

/** Nothing more is recorded of an applicant whose erasure has been ordered: the workflow then runs out quietly. */
export function isClosed({ state }: Case): boolean {
  return state.erasure.kind !== 'none';
}
