import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { awsClientConfig } from '../../gateways/aws/config.ts';
import { createEventBridgeBus } from '../../gateways/bus/eventbridge.ts';
import { publishEvents } from '../../handlers/publisher.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { openProjectors } from '../../runtime/aws/all-read-models.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { readGroup, settingGroups } from '../../runtime/aws/settings.ts';
import { sweepFromMark } from '../../runtime/embedded/sweep-mark.ts';

const open = once(async () => {
  const core = openCore();
  const bus = createEventBridgeBus({ client: new EventBridgeClient(awsClientConfig), bus: readGroup(settingGroups.bus).KYC_EVENT_BUS });
  return { ...core, bus, store: createDynamoEventStore(core), pool: await openPool(core), projectors: await openProjectors(core) };
});

export const handler = task('sweep-log', open, async ({ pool, store, bus, projectors, clock }) => {
  let events = 0;
  await sweepFromMark(pool, clock(), async (since, reached) => {
    for await (const batch of store.since(since)) {
      await publishEvents({ bus }, batch);
      events += batch.length;
      const last = batch.at(-1);
      if (last !== undefined) await reached(last.recordedAt);
    }
  });
  await Promise.all(projectors.map((projector) => projector.retryFailed()));
  return { events };
});
