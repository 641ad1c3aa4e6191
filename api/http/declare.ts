import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { rolesThatMay, type Access } from '../access-policy.ts';
import type { ApiEnv } from './env.ts';
import { ProblemDocument, type ProblemStatus } from './problem.ts';

export const prefix = '/api/v1';

/** Says who may call a route; spread into its definition. It is enforced from there and shown in the OpenAPI document. */
export function guarded(access: Access) {
  if (access === 'public') return { 'x-kyc-access': access, security: [] };
  if (access === 'callback-token') return { 'x-kyc-access': access, security: [{ callbackToken: [] }] };
  const security = [{ session: [] }, { cookie: [] }];
  if (access === 'session') return { 'x-kyc-access': access, security };
  return { 'x-kyc-access': access, 'x-kyc-roles': [...rolesThatMay(access.permission)], security };
}

/** A POST that may carry an Idempotency-Key; spread into its definition. */
export const idempotent = { 'x-kyc-idempotent': true };
export const idempotencyHeader = z.object({
  'idempotency-key': z.string().optional().openapi({
    description: 'A retry with the same key gets the first answer again, for 24 hours.',
    // Only said here; run-once.ts refuses, with a code of its own.
    pattern: '^("[ !#-\\[\\]-~]{1,255}"|[A-Za-z0-9_.~:+/=-]{1,255})$',
  }),
});

const described: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request cannot be read.',
  401: 'Nobody is signed in.',
  403: 'This caller may not do this.',
  404: 'There is no such thing.',
  405: 'The method is not for this path.',
  409: 'It does not fit the present state.',
  410: 'The personal data are erased.',
  413: 'Too large.',
  415: 'The media type is not taken.',
  422: 'The request is not valid.',
  429: 'Too many requests.',
  500: 'An error on our side.',
  503: 'A service that is needed does not answer.',
};

const refusal = (status: ProblemStatus) => ({ $ref: `#/components/responses/Refused${status}` });

/** The refusals that any route may answer with. */
export const refusals = {
  400: refusal(400), 401: refusal(401), 403: refusal(403), 404: refusal(404), 405: refusal(405), 409: refusal(409), 410: refusal(410),
  413: refusal(413), 415: refusal(415), 422: refusal(422), 429: refusal(429), 500: refusal(500), 503: refusal(503),
};

/** Puts the refusals and the ways to sign in into the document, once. */
export function describeCommon(registry: OpenAPIHono<ApiEnv>['openAPIRegistry'], cookie: string): void {
  registry.register('Problem', ProblemDocument);
  for (const [status, description] of Object.entries(described)) {
    registry.registerComponent('responses', `Refused${status}`, {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
  }
  registry.registerComponent('securitySchemes', 'session', { type: 'http', scheme: 'bearer', description: 'A session, as POST /sign-in gives it to programs.' });
  registry.registerComponent('securitySchemes', 'cookie', { type: 'apiKey', in: 'cookie', name: cookie });
  registry.registerComponent('securitySchemes', 'callbackToken', { type: 'apiKey', in: 'header', name: 'X-Kyc-Callback-Token' });
}

export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true as const, content: { 'application/json': { schema } } };
}
