import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BusEvent } from '../../gateways/bus/bus-event.ts';
import { createEventBridgeBus } from '../../gateways/bus/eventbridge.ts';
import { busEntry, describeBusContract } from '../contracts/bus.ts';
import { clientAt, faultOf, jsonService, startStandIn } from '../support/aws/stand-in.ts';

interface PutEvents {
  readonly Entries: readonly { readonly Source: string; readonly DetailType: string; readonly Time: number; readonly Detail: string; readonly EventBusName: string }[];
}

/** EventBridge with a rule that sends everything to one queue. `refuses` says of each entry whether it is taken now. */
async function makeBus(refuses: (version: number) => boolean = () => false) {
  const calls: PutEvents['Entries'][] = [];
  const delivered: BusEvent[] = [];
  let refusing = 0;
  const standIn = await startStandIn(jsonService('AWSEvents', {
    PutEvents: ({ Entries }: PutEvents) => {
      calls.push(Entries);
      refusing -= 1;
      const answers = Entries.map(({ Source, DetailType, Time, Detail }) => {
        const detail = JSON.parse(Detail) as BusEvent['detail'];
        if (refusing >= 0 || refuses(detail.metadata.version)) return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
        // Its id is the service's own; ours is in the detail.
        const event = { id: randomUUID(), source: Source, 'detail-type': DetailType, time: new Date(Time * 1000).toISOString(), detail };
        delivered.push(BusEvent.parse({ ...event, id: detail.metadata.id }));
        return { EventId: event.id };
      });
      return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
    },
  }));
  const bus = createEventBridgeBus({ client: new EventBridgeClient(clientAt(standIn.endpoint)), bus: 'kyc', pausesMs: [1, 1, 1] });
  return {
    standIn, calls, delivered, bus,
    refuseNext: (count: number) => {
      refusing = count;
    },
  };
}

describeBusContract('EventBridge', async () => {
  const { bus, delivered, refuseNext } = await makeBus();
  return { bus, delivered: async () => delivered, refuseNext };
});

const stream = 'applicant-019ab3c4-1111-7222-8333-123456789012';
const other = 'applicant-019ab3c4-1111-7222-8333-000000000002';

describe('the bus on EventBridge', () => {
  it('sends again those entries of an answer 200 that failed, and what follows them in their stream, not the others', async () => {
    let refused = 0;
    const { bus, calls } = await makeBus((version) => version === 2 && (refused += 1) === 1);
    await bus.publish([busEntry(stream, 1), busEntry(stream, 2), busEntry(stream, 3), busEntry(other, 7)]);
    const sent = calls.map((call) => call.map(({ Detail }) => (JSON.parse(Detail) as BusEvent['detail']).metadata.version));
    expect(sent).toEqual([[1, 2, 3, 7], [2, 3]]);
  });

  it('puts at most ten entries and less than 1 MB into a call', async () => {
    const { bus, standIn, calls } = await makeBus();
    await bus.publish(Array.from({ length: 23 }, (_, at) => busEntry(stream, at + 1)));
    expect(calls.map((call) => call.length)).toEqual([10, 10, 3]);
    const large = Array.from({ length: 5 }, (_, at) => ({ ...busEntry(stream, at + 1), data: { text: 'x'.repeat(300_000) } }));
    await bus.publish(large);
    expect(calls.slice(3).map((call) => call.length)).toEqual([3, 2]);
    for (const { body } of standIn.asked) expect(body.length).toBeLessThan(1_000_000);
  });

  it('throws the entries left over, those of later calls too, when the bus goes on refusing one', async () => {
    const { bus, delivered } = await makeBus((version) => version === 2);
    const entries = Array.from({ length: 12 }, (_, at) => busEntry(at === 0 ? other : stream, at + 1));
    await expect(bus.publish(entries)).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE', remaining: entries.slice(1), cause: { code: 'ThrottlingException' } });
    expect(delivered.filter(({ detail }) => detail.metadata.stream === other)).toHaveLength(1);
  });

  it('lasts through an InternalException of the service, and says BusUnavailable when that does not end', async () => {
    const { bus, standIn, delivered } = await makeBus();
    standIn.fault(5, faultOf('InternalException', 500));
    await bus.publish([busEntry(stream, 1)]);
    expect(delivered).toHaveLength(1);
    standIn.fault(100, faultOf('InternalException', 500));
    await expect(bus.publish([busEntry(stream, 2)])).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
  });
});
