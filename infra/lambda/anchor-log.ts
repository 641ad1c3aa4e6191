import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLogParts } from '../../runtime/aws/parts/log.ts';
import { readGroup, settingGroups } from '../../runtime/aws/settings.ts';
import { logKeyOf } from '../../runtime/aws/transparency.ts';
import { Anchorer, openAnchorage } from '../../runtime/embedded/anchorage.ts';

const open = once(async () => {
  const core = openCore();
  const parts = openLogParts(core);
  // The checkpoint has one writer: the sequencer adds the cosignatures that it finds here at its next sweep.
  const sequencer = { key: await logKeyOf(parts), cosigned: async () => false };
  const anchorer = new Anchorer({
    log: core.log, clock: core.clock, everyMinutes: 0, anchorage: await openAnchorage({ values: readGroup(settingGroups.anchors) }),
    open: async () => ({ tiles: parts.tiles, sequencer }),
  });
  return { log: core.log, anchorer };
});

/** Who refused is in the log by name; the next run asks them again. */
export const handler = task('anchor-log', open, async ({ anchorer }) => {
  const report = await anchorer.run();
  return report === null ? { anchored: [], refused: 0 } : { size: report.size, anchored: report.anchored, refused: report.refused.length };
});
