import type { Session } from '../sign-in/session-store.ts';

/** What the middleware leaves for the routes. */
export interface ApiEnv {
  Variables: {
    correlationId: string;
    /** null before sign-in. `secret` came by the Authorization header (programs) or the cookie (browsers). */
    session: Session | null;
    authenticatedBy: 'bearer' | 'cookie' | 'nothing';
    /** The route's pattern, for the log; never the path itself. */
    route: string;
  };
}
