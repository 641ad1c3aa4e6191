import type { z } from '@hono/zod-openapi';
import { wordsFor } from '../../aggregates/policy/reason-words.ts';
import type { ApplicantStatus } from '../../handlers/status.ts';
import type { StaffView } from './shapes.ts';

/** The status as staff see it: each reason with its words. */
export function staffView(id: string, status: ApplicantStatus): z.infer<typeof StaffView> {
  const decision = status.decision === null ? null : {
    ...status.decision,
    reasons: [...status.decision.reasons],
    notes: [...status.decision.notes],
    explanations: status.decision.reasons.map((reason) => wordsFor(reason).reviewer),
  };
  return { view: 'staff', id, ...status, decision };
}
