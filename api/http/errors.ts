import type { Hook } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { Context } from 'hono';
import { BackendTerminatedError, ConnectionError, StatementTimeoutError } from 'slonik';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from './env.ts';
import { fieldMistakes, Problem, problemResponse } from './problem.ts';

/** Validation: what is wrong in a path names no resource (404); all else is 422 with the fields. */
export const refuseInvalid: Hook<unknown, ApiEnv, string, unknown> = (result) => {
  if (result.success) return;
  if (result.target === 'param') throw new Problem(404, 'NOT_FOUND');
  throw new Problem(422, 'INVALID', undefined, { errors: fieldMistakes(result.error.issues, result.target) });
};

/** Every error leaves as problem+json; what nobody foresaw as 500 with the correlation id and nothing else. */
export function answerError(deps: Pick<ApiDeps, 'log'>): (error: Error, c: Context<ApiEnv>) => Response {
  return (error, c) => {
    const correlationId = c.get('correlationId');
    // Whoever has gone away gets no answer; what broke off with them is no error of ours.
    const problem = c.req.raw.signal.aborted ? new Problem(400, 'BROKEN_OFF', 'The request broke off.') : asProblem(error);
    if (problem.status >= 500) {
      const cause = problem.cause instanceof Error ? problem.cause : error;
      deps.log.error('request failed', {
        correlationId, route: c.get('route'), error: cause.constructor.name, code: codeOf(cause) ?? problem.code, at: framesOf(cause),
      });
    }
    return problemResponse(c, problem, correlationId);
  };
}

function asProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) {
    if (error.status === 415) return new Problem(415, 'MEDIA_TYPE', 'This route takes another media type.');
    if (error.status === 400) return new Problem(400, 'MALFORMED', 'The body is not what its media type says.');
  }
  if (error instanceof ConnectionError || error instanceof BackendTerminatedError || error instanceof StatementTimeoutError) return notAvailable(error);
  switch (codeOf(error)) {
    case 'SERVICE_UNAVAILABLE':
    case 'STORE_UNAVAILABLE':
    case 'KEYS_UNAVAILABLE':
    case 'BUS_UNAVAILABLE':
    case 'STREAM_BUSY':
      return notAvailable(error);
    case 'SUBJECT_ERASED':
      return new Problem(410, 'ERASED', 'The personal data of this applicant are erased.');
    case 'EVIDENCE_MISSING':
      return new Problem(404, 'EVIDENCE_MISSING', 'The evidence is not there.');
    case 'EXPORT_TOO_LARGE':
      return new Problem(413, 'EXPORT_TOO_LARGE', `${error.message}.`);
    case 'EXPORT_IMPOSSIBLE':
      return new Problem(409, 'EXPORT_IMPOSSIBLE', `What is recorded does not bear an export that verifies: ${error.message}. Verify the ledger.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return new Problem(503, 'NO_ROOM', 'There is no room left on the platform\'s disk.', { cause: error });
    case 'LOG_INCONSISTENT':
      return new Problem(503, 'LOG_INCONSISTENT', 'The log of the ledger contradicts itself, so nothing is proven from it. Verify the ledger.', { cause: error });
    case 'CURSOR_INVALID':
      return new Problem(422, 'CURSOR_INVALID', 'This cursor is not one of ours.');
    default:
      return new Problem(500, 'INTERNAL', undefined, { cause: error });
  }
}

const notAvailable = (cause: Error): Problem => new Problem(503, 'NOT_AVAILABLE', undefined, { cause, headers: { 'retry-after': '5' } });

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Where it was thrown, without the message, which may hold anything. */
function framesOf(error: Error): string {
  const stack = error.stack ?? '';
  const frames = stack.slice(stack.indexOf(error.message) + error.message.length).split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, 5).map((line) => line.trim().replace(/\(?(file:\/\/)?\/.*\/(?=[^/]+\/[^/]+$)/, '(')).join(' < ');
}
