import type { Context } from 'hono';
import { ownRecordOnly } from '../access-policy.ts';
import type { Actor } from '../../events/envelope.ts';
import type { CommandAnswer } from '../deps.ts';
import type { Session } from '../sign-in/session-store.ts';
import { signedIn } from './authorise.ts';
import type { ApiEnv } from './env.ts';
import { Uuid } from '../routes/shapes.ts';
import { Problem, type ProblemStatus } from './problem.ts';

/** Who acts, from the session and never from the request. */
export function actorOf({ role, subject }: Session): Actor {
  switch (role) {
    case 'applicant':
      return { kind: 'applicant', id: subject };
    case 'reviewer':
    case 'senior_reviewer':
      return { kind: 'reviewer', id: subject };
    case 'auditor':
    case 'analyst':
    case 'operator':
      return { kind: 'operator', id: subject };
  }
}

/** Who acts and under which correlation id: what every command needs. */
export const by = (c: Context<ApiEnv>): { actor: Actor; correlationId: string } => ({
  actor: actorOf(signedIn(c)),
  correlationId: c.get('correlationId'),
});

/** The path's id, for routes that look at the request themselves. */
export function idParam(c: Context<ApiEnv>): string {
  const parsed = Uuid.safeParse(c.req.param('id'));
  if (!parsed.success) throw new Problem(404, 'NOT_FOUND');
  return parsed.data;
}

/** The stream of applicant `id`. An applicant's session gets the same refusal for all others, whether they exist or not. */
export function streamOf(c: Context<ApiEnv>, id: string): string {
  const session = signedIn(c);
  if (ownRecordOnly(session.role) && session.subject !== id) throw new Problem(403, 'NOT_YOUR_RECORD', 'This is not your record.');
  return `applicant-${id}`;
}

/** What was done, or the refusal as a Problem. */
export function doneOrRefuse<Extra>(answer: CommandAnswer<Extra>): { readonly kind: 'done'; readonly version: number } & Extra {
  if (answer.kind === 'done') return answer;
  throw new Problem(statusOfRefusal(answer.code), answer.code, answer.message);
}

/** Refusals are conflicts with what is recorded, but for those that are about the request itself. */
export function statusOfRefusal(code: string): ProblemStatus {
  return refusalStatus.get(code) ?? 409;
}

const refusalStatus: ReadonlyMap<string, ProblemStatus> = new Map([
  ...['NOT_REGISTERED', 'UNKNOWN_APPLICANT', 'LIVENESS_SESSION_UNKNOWN', 'NOTHING_TO_EXPORT'].map((code) => [code, 404] as const),
  ...['NOT_A_REVIEWER', 'MAKER_IS_CHECKER', 'OWN_DECISION_APPEALED'].map((code) => [code, 403] as const),
  ...['ERASED', 'ERASURE_REQUESTED', 'LIVENESS_SESSION_EXPIRED'].map((code) => [code, 410] as const),
  ...['EXPORT_TOO_LARGE', 'TOO_LARGE', 'TOO_MANY_PIXELS', 'TOO_LONG_SIDE'].map((code) => [code, 413] as const),
  ...['TYPE_NOT_SUPPORTED', 'TYPE_DIFFERS'].map((code) => [code, 415] as const),
  ...[
    'REGISTER_UNKNOWN', 'EMAIL_MALFORMED', 'NAME_MALFORMED', 'REGISTRATION_NUMBER_MALFORMED', 'REGISTRATION_NUMBER_MISSING',
    'NOTE_MISSING', 'REASON_UNKNOWN', 'STATEMENT_MISSING', 'SEEN_VERSION_UNKNOWN', 'DOCUMENT_TYPE_MISSING', 'EMPTY_FILE', 'TRUNCATED', 'IMAGE_UNREADABLE',
    'EVIDENCE_IS_PERSONAL', 'PERIOD_EMPTY', 'CHECKPOINT_REFUSED',
  ].map((code) => [code, 422] as const),
]);
