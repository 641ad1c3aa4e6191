import { z } from 'zod';
import { RecordedEvent } from '../../events/envelope.ts';
import type { BusEntry } from './port.ts';

/**
 * An event as a consumer of the bus receives it: the shape in which EventBridge hands it to a queue (what it adds
 * besides is left out). `id` is the event's own, so it is the same however often the event is delivered.
 */
export const BusEvent = z.object({
  id: z.uuidv7(),
  source: z.literal('kyc.ledger'),
  'detail-type': z.string().min(1),
  time: z.string(),
  detail: z.object({
    metadata: RecordedEvent.omit({ data: true, sealed: true, type: true }),
    data: z.record(z.string(), z.json()),
  }),
});
export type BusEvent = z.infer<typeof BusEvent>;

/** The entry as it travels. Throws a ZodError when it is not what the envelope says, personal fields included. */
export function toBusEvent(entry: BusEntry): BusEvent {
  return BusEvent.parse({
    id: entry.metadata.id,
    source: 'kyc.ledger',
    'detail-type': entry.type,
    time: entry.metadata.recordedAt,
    detail: { metadata: entry.metadata, data: entry.data },
  });
}
