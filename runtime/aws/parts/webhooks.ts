import { createDynamoWebhookState } from '../../../gateways/messenger/deliveries.ts';
import { createWebhooks, type Webhooks } from '../../../gateways/messenger/webhooks.ts';
import { readGroup, settingGroups } from '../settings.ts';
import type { Core } from './core.ts';
import { openQueue } from './queues.ts';
import { readSecret } from './secret.ts';

export async function openWebhooks(core: Pick<Core, 'client' | 'tables' | 'log'>): Promise<{ readonly webhooks: Webhooks; readonly queue: ReturnType<typeof openQueue> }> {
  const { client, tables, log } = core;
  const { KYC_WEBHOOK_QUEUE_URL: url } = readGroup(settingGroups.webhooks);
  const { webhooks: subscribers } = await readSecret();
  const queue = openQueue(core, 'webhooks', url);
  const state = createDynamoWebhookState({ client, table: tables.deliveries });
  return { queue, webhooks: createWebhooks({ subscribers, queue, state, onDisabled: (host) => log.warn('a webhook subscriber wants no more', { host }) }) };
}
