import { createConnections } from '../../gateways/messenger/connections.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { disconnectConsole, type WebSocketAnswer } from '../../runtime/aws/websocket.ts';

const { client, tables } = openCore();
const connections = createConnections({ client, table: tables.connections });

export const handler = (event: unknown): Promise<WebSocketAnswer> => disconnectConsole(connections, event);
