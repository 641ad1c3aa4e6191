import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from '../http/env.ts';
import type { ViewRecorder } from '../record-view.ts';

export type Api = OpenAPIHono<ApiEnv>;

/** What every group of routes is given. */
export interface RouteContext {
  readonly app: Api;
  readonly deps: ApiDeps;
  readonly views: ViewRecorder;
}
