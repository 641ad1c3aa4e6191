import { createHash } from 'node:crypto';
import { z } from 'zod';
import { may, ownRecordOnly } from '../../api/access-policy.ts';
import type { SessionStore } from '../../api/sign-in/session-store.ts';
import type { Connections } from '../../gateways/messenger/connections.ts';

export interface WebSocketAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const Event = z.looseObject({
  requestContext: z.looseObject({ connectionId: z.string().min(1) }),
  headers: z.record(z.string(), z.string()).default({}),
});

/** Offered by a console that has no cookie here: `kyc.live, session.<secret>`; URLs end up in logs, so not there. */
const PROTOCOL = 'kyc.live';
const OFFER = /(?:^|,)\s*session\.([\w-]{20,200})\s*(?:,|$)/;
const COOKIE = /(?:^|;)\s*(?:__Host-)?kyc-session=([\w-]{20,200})\s*(?:;|$)/;

export interface ConnectDeps {
  readonly sessions: Pick<SessionStore, 'findSession'>;
  readonly connections: Pick<Connections, 'add'>;
  readonly clock: () => Date;
}

/** Lets a signed-in console listen; an applicant hears of the own record alone. 401 without a session, 403 without the permission. */
export async function connectConsole({ sessions, connections, clock }: ConnectDeps, event: unknown): Promise<WebSocketAnswer> {
  const { requestContext, headers } = Event.parse(event);
  const header = (name: string) => Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1] ?? '';
  const offered = header('sec-websocket-protocol');
  const secret = OFFER.exec(offered)?.[1] ?? COOKIE.exec(header('cookie'))?.[1];
  const session = secret === undefined ? null : await sessions.findSession(createHash('sha256').update(secret).digest('hex'), clock());
  if (session === null) return { statusCode: 401 };
  if (!may(session.role, 'live.listen')) return { statusCode: 403 };
  await connections.add({ connection: requestContext.connectionId, only: ownRecordOnly(session.role) ? `applicant-${session.subject}` : null });
  return { statusCode: 200, ...(offered !== '' && { headers: { 'Sec-WebSocket-Protocol': PROTOCOL } }) };
}

export async function disconnectConsole(connections: Pick<Connections, 'remove'>, event: unknown): Promise<WebSocketAnswer> {
  await connections.remove(Event.parse(event).requestContext.connectionId);
  return { statusCode: 200 };
}
