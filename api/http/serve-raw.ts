import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnv } from './env.ts';

/** A route whose body or answer is not JSON: described in the document like any other, its bytes left to the handler. */
export function serveRaw(
  app: OpenAPIHono<ApiEnv>,
  route: RouteConfig & { getRoutingPath(): string; readonly 'x-kyc-pattern'?: string },
  handler: (c: Context<ApiEnv>) => Response | Promise<Response>,
): void {
  app.openAPIRegistry.registerPath(route);
  app.on(route.method.toUpperCase(), route['x-kyc-pattern'] ?? route.getRoutingPath(), handler);
}
