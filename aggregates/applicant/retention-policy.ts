import type { DecideResult } from './commands.ts';
import { refuse } from './result.ts';
import type { Applicant } from './state.ts';

/** An order of a court or a supervisory authority goes before the retention period; nothing goes before a hold. */
export const overridingBases: ReadonlySet<string> = new Set(['COURT_ORDER', 'SUPERVISORY_ORDER']);

/**
 * Why the personal data may not be destroyed on `today`, or null.
 * - A hold blocks every basis; it is released first.
 * - An overriding basis needs nothing else.
 * - Once somebody was verified, the records must be kept until five years after the relationship ended (reg. 40), and
 *   the right to erasure gives way to that duty (UK GDPR article 17(3)(b)): UNDER_RETENTION.
 * - Where no decision ever passed, no relationship came about: a request by the person (or any other basis but the end
 *   of the period, which cannot be) is enough, unless an end with its due date has been recorded all the same.
 */
export function retentionObstacle(state: Applicant, basis: string, today: string): DecideResult | null {
  if (state.retention.holds.length > 0) return refuse('RETENTION_HOLD', 'A legal hold is in force.');
  if (overridingBases.has(basis)) return null;
  const { ended } = state.retention;
  if (ended !== null) {
    return today < ended.dueOn ? refuse('UNDER_RETENTION', 'The records must be kept until their due date.') : null;
  }
  const wasVerified = state.decisions.some((decision) => decision.decision === 'PASS');
  if (wasVerified || basis === 'RETENTION_PERIOD_OVER') {
    return refuse('UNDER_RETENTION', 'The retention period begins when the relationship ends, and it has not ended.');
  }
  return null;
}
