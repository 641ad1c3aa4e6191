import { webhookRetries, webhookSubject } from '../../gateways/messenger/webhooks.ts';
import { createMarks } from '../../gateways/queue/marks.ts';
import { messages } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openWebhooks } from '../../runtime/aws/parts/webhooks.ts';

const open = once(async () => {
  const core = openCore();
  const marks = createMarks({ client: core.client, table: core.tables.deliveries });
  return { log: core.log, marks, ...(await openWebhooks(core)) };
});

const pauses = [webhookRetries.backoffMs].flat();

/** SQS hides a message for twelve hours at most, so the longest pauses of the schedule end there. */
export const handler = messages('webhooks', open, ({ webhooks }, message) => webhooks.deliverOne(message), {
  about: (body) => webhookSubject(body).map((stream) => ({ stream })),
  onTaken: async ({ marks }, { mark }) => (mark === null ? undefined : marks.unmark(mark)),
  onFailed: ({ queue }, { receipt, attempt }) => queue.postpone(receipt, pauses[Math.min(attempt, pauses.length) - 1] ?? 0),
});
