import type { Hook } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { Context } from 'hono';
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
    const problem = asProblem(error);
    if (problem.status >= 500) {
      deps.log.error('request failed', { correlationId, route: c.get('route'), error: problem.cause instanceof Error ? problem.cause.name : error.name, code: codeOf(error) ?? problem.code });
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
  switch (codeOf(error)) {
    case 'SERVICE_UNAVAILABLE':
    case 'STORE_UNAVAILABLE':
    case 'KEYS_UNAVAILABLE':
    case 'BUS_UNAVAILABLE':
    case 'STREAM_BUSY':
      return new Problem(503, 'NOT_AVAILABLE', undefined, { cause: error, headers: { 'retry-after': '5' } });
    case 'SUBJECT_ERASED':
      return new Problem(410, 'ERASED', 'The personal data of this applicant are erased.');
    case 'EVIDENCE_MISSING':
      return new Problem(404, 'EVIDENCE_MISSING', 'The evidence is not there.');
    case 'CURSOR_INVALID':
      return new Problem(422, 'CURSOR_INVALID', 'This cursor is not one of ours.');
    default:
      return new Problem(500, 'INTERNAL', undefined, { cause: error });
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
