import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './http/env.ts';

type Document = ReturnType<OpenAPIHono<ApiEnv>['getOpenAPI31Document']>;

/** The OpenAPI 3.1 document of what is really registered. */
export function documentOf(app: OpenAPIHono<ApiEnv>): Document {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'KYC ledger',
      version: '1',
      description: 'Know-your-customer checks for UK healthcare professionals. Errors are problem+json (RFC 9457); x-kyc-roles names who may.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
  });
}
