import { createConnections } from '../../gateways/messenger/connections.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { connectConsole, type WebSocketAnswer } from '../../runtime/aws/websocket.ts';
import { errorFields } from '../../runtime/log.ts';

const core = openCore();
const open = once(async () => ({
  clock: core.clock,
  sessions: new PostgresSessionStore(await openPool(core)),
  connections: createConnections({ client: core.client, table: core.tables.connections }),
}));

export async function handler(event: unknown): Promise<WebSocketAnswer> {
  try {
    return await connectConsole(await open(), event);
  } catch (error) {
    core.log.error('a console could not connect', errorFields(error));
    return { statusCode: 503 };
  }
}
