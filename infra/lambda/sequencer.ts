import { publishCosignatures } from '../../ledger/log/anchor.ts';
import { openSequencer, type Sequencer } from '../../ledger/log/sequencer.ts';
import { StageFailed, type BatchAnswer } from '../../runtime/aws/invoke.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLogParts } from '../../runtime/aws/parts/log.ts';
import { insertedEvents, isStreamEvent } from '../../runtime/aws/stream-records.ts';
import { inSpans } from '../../runtime/aws/tracing.ts';
import { errorFields } from '../../runtime/log.ts';

const core = openCore();
let opened: Promise<Sequencer> | null = null;

/**
 * The stream brings what was recorded; the schedule sweeps for what it did not bring. A process that slept while another
 * took over is told so by the head of the log, and opens it afresh the next time.
 */
export async function handler(event: unknown): Promise<BatchAnswer> {
  const parts = openLogParts(core);
  opened ??= openSequencer(parts);
  try {
    const sequencer = await opened;
    const events = isStreamEvent(event) ? insertedEvents(event).map((record) => record.event) : null;
    const about = (events ?? []).map(({ stream }) => ({ stream }));
    const { sequenced, size, held } = await inSpans('sequencer', about, () => (events === null ? sequencer.catchUp() : sequencer.sequence(events)));
    if (events === null) await publishCosignatures(parts.tiles, sequencer);
    if (sequenced > 0 || held.length > 0) core.log.info('events entered the log', { sequenced, size, held: held.length });
    return { batchItemFailures: [] };
  } catch (error) {
    opened = null;
    core.log.error('events could not enter the log', errorFields(error));
    throw new StageFailed(error);
  }
}
