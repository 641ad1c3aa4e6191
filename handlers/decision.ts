import { runAt } from '../aggregates/applicant/queries.ts';
import { causedBy } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { execute } from './execute.ts';
import { loadRun, RunStep } from './run-step.ts';
import { queueWhenReady } from './start-kyc.ts';

export interface DecisionAnswer {
  readonly [key: string]: string | number;
  /** Version of the DecisionMade event; 0 where an erasure was ordered before one could be made. */
  readonly decisionVersion: number;
  readonly decision: string;
}

/** Lets the policy decide on the recorded signals, once a run. A newer upload that waited for it is put in line. */
export async function decideCase(deps: Deps, input: RunStep): Promise<DecisionAnswer> {
  const step = RunStep.parse(input);
  const { loaded, run } = await loadRun(deps, step);
  const command = {
    command: 'decide', policy: deps.policy, today: deps.clock().toISOString().slice(0, 10), startVersion: step.startVersion,
  } as const;
  const done = await execute(deps, step.stream, command, causedBy(loaded, run.startVersion, 'decision'), { loaded });
  if (done.kind === 'refused') {
    if (done.code.startsWith('ERAS')) return { decisionVersion: 0, decision: 'NONE' };
    throw new StepRefused(done.code, done.message);
  }
  const decisionVersion = runAt(done.state, step.startVersion)?.decisionVersion ?? null;
  const made = done.state.decisions.find((decision) => decision.version === decisionVersion);
  if (made === undefined) throw new StepRefused('NOT_DECIDED', 'The decision was not recorded.');
  await queueWhenReady(deps, done.state);
  return { decisionVersion: made.version, decision: made.decision };
}
