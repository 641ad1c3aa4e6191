import type { Problem } from './generated.ts';

/** What went wrong with a request, in words that say what to do. `code` is the API's own, or one of ours for the network. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly advice: string;
  readonly correlationId: string | null;
  readonly mistakes: NonNullable<Problem['errors']>;

  constructor(problem: { status: number; code: string; said: string; correlationId?: string | null; mistakes?: Problem['errors'] }) {
    super(problem.said);
    this.status = problem.status;
    this.code = problem.code;
    this.advice = adviceFor(problem.code, problem.status);
    this.correlationId = problem.correlationId ?? null;
    this.mistakes = problem.mistakes ?? [];
  }

  /** Would the same request have a chance a moment later? */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

const advice: Readonly<Record<string, string>> = {
  OFFLINE: 'Check your connection, then try again; nothing that you entered is lost.',
  TIMEOUT: 'The platform is busy or unreachable. Try again in a minute; if it stays so, tell the operator.',
  NOT_SIGNED_IN: 'Your session has ended. Sign in again with a new link; ask the operator for one.',
  LINK_NOT_VALID: 'A link works once and only for a while. Ask the operator for a new one.',
  ROLE_MAY_NOT: 'If you need this for your work, ask the operator for another role.',
  CLAIMED_BY_OTHER: 'Take another case from the queue, or ask your colleague to release this one.',
  STALE_VIEW: 'Load the case again, look at what is new, then decide.',
  MAKER_IS_CHECKER: 'You made this proposal, so a colleague has to second it.',
  NO_PROPOSAL: 'Load the case again: the proposal was answered, or new evidence voided it.',
  PROPOSAL_OPEN: 'Approve or decline the open proposal first.',
  OWN_DECISION_APPEALED: 'Release the case, so that a colleague can hear the appeal.',
  ALREADY_DECIDED: 'Nothing is left to do here. Load the case again to see the decision.',
  REASON_UNKNOWN: 'Load the page again and choose a reason from the list.',
  NOTE_MISSING: 'Write in a sentence why you decide so.',
  TOO_MANY_REQUESTS: 'Wait a minute, then try again.',
  VIEW_NOT_RECORDED: 'Every look at a record must be recorded, and that failed just now. Try again.',
  NOT_REGISTERED: 'Check the address of this page, or search for the applicant.',
  ERASED: 'The personal data were destroyed on schedule; what remains are the events without them.',
  CURSOR_INVALID: 'Load the page again from its beginning.',
};

function adviceFor(code: string, status: number): string {
  const known = advice[code];
  if (known !== undefined) return known;
  if (status >= 500) return 'Try again; if it stays so, give the operator the reference below.';
  if (status === 404) return 'Check the address of this page.';
  if (status === 409) return 'Load the page again and look at what has changed.';
  return 'Change what you sent and try again.';
}

/** Anything thrown, as an ApiError. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new ApiError({ status: 0, code: 'TIMEOUT', said: 'The platform did not answer in time.' });
  }
  if (error instanceof TypeError) return new ApiError({ status: 0, code: 'OFFLINE', said: 'The platform cannot be reached.' });
  return new ApiError({ status: 0, code: 'UNEXPECTED', said: 'Something unexpected went wrong in this page.' });
}

/** The API's refusal (RFC 9457) as an error; an answer that is no problem document says its status at least. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = isProblem(body) ? body : null;
  return new ApiError({
    status: response.status,
    code: problem?.code ?? `HTTP_${response.status}`,
    said: problem?.detail ?? problem?.title ?? `The platform answered with status ${response.status}.`,
    correlationId: problem?.correlationId ?? null,
    ...(problem?.errors === undefined ? {} : { mistakes: problem.errors }),
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && 'title' in body;
}
