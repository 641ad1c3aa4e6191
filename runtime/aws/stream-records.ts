import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { fromItem } from '../../ledger/dynamodb/event-item.ts';

const Text = z.object({ S: z.string() });
const Whole = z.object({ N: z.string() });

/** The event with which DynamoDB Streams calls a function; of each record, what an item of the log is made of. */
const StreamEvent = z.object({
  Records: z.array(z.object({
    eventName: z.string(),
    dynamodb: z.object({
      SequenceNumber: z.string(),
      NewImage: z.object({ stream: Text, version: Whole, type: Text, body: Text }).optional(),
    }),
  })),
});

export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly event: RecordedEvent;
}

/** The events that were inserted. Nothing else ever happens to the log's table; if it does, see `touched`. */
export function insertedEvents(event: unknown): StreamRecord[] {
  return StreamEvent.parse(event).Records.flatMap(({ eventName, dynamodb: { SequenceNumber, NewImage } }) => {
    if (eventName !== 'INSERT' || NewImage === undefined) return [];
    const item: Record<string, AttributeValue> = NewImage;
    return [{ sequenceNumber: SequenceNumber, event: fromItem(item) }];
  });
}

/** Records that changed or removed an item: nothing of ours can do that, so that one is an incident (docs/runbook.md#history-touched). */
export function touched(event: unknown): number {
  return StreamEvent.parse(event).Records.filter(({ eventName }) => eventName !== 'INSERT').length;
}

export function isStreamEvent(event: unknown): boolean {
  return z.looseObject({ Records: z.array(z.looseObject({ dynamodb: z.unknown() })) }).safeParse(event).success;
}
