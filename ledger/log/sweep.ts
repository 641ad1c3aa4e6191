import { z } from 'zod';
import { Timestamp } from '../../events/vocabulary.ts';
import type { LogTiles } from './ports.ts';

const SWEEP_PATH = 'state/sweep';

/** How far the store has been swept: everything recorded before `until` (but for the overlap) is in the log of `size`. */
export const Sweep = z.strictObject({ until: Timestamp.nullable(), size: z.int().nonnegative() });
export type Sweep = z.infer<typeof Sweep>;

/** What was noted last; from the beginning when there is no note, or one that knows more than a log of `size` holds. */
export async function readSweep(tiles: LogTiles, size: number): Promise<Sweep> {
  const bytes = await tiles.get(SWEEP_PATH);
  const parsed = bytes === null ? null : parse(bytes);
  return parsed !== null && parsed.size <= size ? parsed : { until: null, size };
}

export async function writeSweep(tiles: LogTiles, sweep: Sweep): Promise<void> {
  await tiles.replace(SWEEP_PATH, Buffer.from(`${JSON.stringify(sweep)}\n`));
}

function parse(bytes: Uint8Array): Sweep | null {
  try {
    return Sweep.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return null;
  }
}
