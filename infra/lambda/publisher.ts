import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { awsClientConfig } from '../../gateways/aws/config.ts';
import { BusUnavailable } from '../../gateways/bus/bus-unavailable.ts';
import { createEventBridgeBus } from '../../gateways/bus/eventbridge.ts';
import { publishEvents } from '../../handlers/publisher.ts';
import { StageFailed, type BatchAnswer } from '../../runtime/aws/invoke.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { readGroup, settingGroups } from '../../runtime/aws/settings.ts';
import { insertedEvents, touched } from '../../runtime/aws/stream-records.ts';
import { inSpans } from '../../runtime/aws/tracing.ts';
import { errorFields } from '../../runtime/log.ts';

const { log } = openCore();
const bus = createEventBridgeBus({ client: new EventBridgeClient(awsClientConfig), bus: readGroup(settingGroups.bus).KYC_EVENT_BUS });

/** A shard's records come in order; from the first that the bus did not take on they come again. */
export async function handler(event: unknown): Promise<BatchAnswer> {
  const records = insertedEvents(event);
  const incidents = touched(event);
  if (incidents > 0) log.error('items of the ledger were changed or removed', { code: 'HISTORY_TOUCHED', records: incidents });
  try {
    const events = records.map((record) => record.event);
    await inSpans('publisher', events.map(({ stream }) => ({ stream })), () => publishEvents({ bus }, events));
    return { batchItemFailures: [] };
  } catch (error) {
    log.error('the bus did not take events', { events: records.length, ...errorFields(error) });
    if (!(error instanceof BusUnavailable)) throw new StageFailed(error);
    const left = new Set(error.remaining.map(({ metadata }) => metadata.id));
    const first = records.find((record) => left.has(record.event.id));
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.sequenceNumber }] };
  }
}
