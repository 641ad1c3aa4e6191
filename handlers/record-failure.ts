import { z } from 'zod';
import type { Deps } from './deps.ts';
import { recordFaceFailure } from './face-match.ts';
import { recordRegisterFailure } from './register-answer.ts';
import { isClosed, loadRun, RunStep } from './run-step.ts';
import { settleCallback } from './settle.ts';

export const RecordFailure = RunStep.extend({
  signal: z.enum(['face', 'register']),
  /** Name of the error that ended the task. */
  error: z.string().max(200),
});

const reasons = {
  face: { timeout: 'FACE_MATCHER_DID_NOT_ANSWER', other: 'FACE_MATCHER_UNAVAILABLE' },
  register: { timeout: 'REGISTER_DID_NOT_ANSWER', other: 'REGISTER_UNAVAILABLE' },
} as const;

/** Where a task of the workflow gave up: the signal is recorded as failed, so that the case goes on to a person. */
export async function recordFailure(deps: Deps, input: z.infer<typeof RecordFailure>): Promise<Readonly<Record<'recorded', string>>> {
  const { signal, error, ...step } = RecordFailure.parse(input);
  const reason = reasons[signal][error === 'States.Timeout' ? 'timeout' : 'other'];
  deps.log.error('a signal could not be had', { stream: step.stream, signal, error, reason });
  if (signal === 'face') {
    await recordFaceFailure(deps, step, reason);
    return { recorded: reason };
  }
  const { loaded, run } = await loadRun(deps, step);
  if (!isClosed(loaded)) await recordRegisterFailure(deps, loaded, run, reason);
  if (run.request !== null) await settleCallback(deps, run.request.requestId);
  return { recorded: reason };
}
