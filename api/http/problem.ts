import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';

/** A mistake in one field: where (JSON pointer into the body, or the parameter's name) and what, never the value. */
export const FieldMistake = z.strictObject({
  pointer: z.string().optional(),
  parameter: z.string().optional(),
  detail: z.string(),
});
export type FieldMistake = z.infer<typeof FieldMistake>;

/** RFC 9457. `code` is stable and meant for programs. */
export const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    correlationId: z.string(),
    errors: z.array(FieldMistake).optional(),
  })
  .openapi('Problem');

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;

const titles: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request cannot be read',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'The request is not valid',
  429: 'Too many requests',
  500: 'Something went wrong on our side',
  503: 'Not available at the moment',
};

/** A refusal on its way to the client. `detail` is one sentence without personal data. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ProblemStatus;
  readonly code: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldMistake[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    code: string,
    detail?: string,
    more: { errors?: readonly FieldMistake[]; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(detail ?? titles[status], { cause: more.cause });
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

export function problemResponse(c: Context, problem: Problem, correlationId: string): Response {
  const document = {
    type: 'about:blank',
    title: titles[problem.status],
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    correlationId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
  return c.body(JSON.stringify(document), problem.status, { ...problem.headers, 'content-type': 'application/problem+json' });
}

/** What zod found, as pointers and our own words: zod's may repeat a key that the client chose. */
export function fieldMistakes(issues: readonly z.core.$ZodIssue[], target: string): FieldMistake[] {
  return issues.slice(0, 20).map((issue) => {
    const detail = wording(issue);
    if (target === 'json') return { pointer: `#${issue.path.map((part) => `/${escapePointer(String(part))}`).join('')}`, detail };
    return { parameter: String(issue.path[0] ?? ''), detail };
  });
}

function wording(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be of type ${issue.expected}`;
    case 'too_small':
      return `must be at least ${String(issue.minimum)}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return `must be a valid ${issue.format === 'regex' ? 'value of this field' : issue.format}`;
    case 'unrecognized_keys':
      return 'has fields that are not known here';
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}

/** RFC 6901, section 3. */
const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');
