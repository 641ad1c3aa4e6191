import { z } from 'zod';
import type { Notification } from './port.ts';

/** A notification as others receive it: CloudEvents 1.0, structured JSON. Nothing personal. */
export const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.literal('kyc.ledger'),
  type: z.string().min(1),
  subject: z.string().min(1),
  time: z.string().min(1),
  datacontenttype: z.literal('application/json'),
  data: z.record(z.string(), z.unknown()),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

export function toCloudEvent(notification: Notification): CloudEvent {
  const { id, type, subject, time, data } = notification;
  return CloudEvent.parse({ specversion: '1.0', id, source: 'kyc.ledger', type, subject, time, datacontenttype: 'application/json', data });
}
