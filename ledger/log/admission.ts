import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventStore } from '../event-store.ts';
import { LeafTooLarge } from './errors.ts';
import { type EventPosition, leafBytes } from './leaf.ts';

/** An event that may go into the log now. */
export interface Admitted extends EventPosition {
  readonly leaf: Buffer;
}

/** An event that may not, and why: `missing_predecessor` should never last, `too_large` should have been refused at the append. */
export interface Held extends EventPosition {
  readonly reason: 'missing_predecessor' | 'too_large';
}

export interface Admission {
  readonly admitted: readonly Admitted[];
  readonly held: readonly Held[];
}

/**
 * Which of `events` come next in the log, in which order. Those that are in already are dropped; one whose predecessors
 * are not among them brings these from the store; an event never enters before its predecessor.
 */
export async function admit(
  events: readonly RecordedEvent[], lastVersion: (stream: string) => number, store: Pick<EventStore, 'load'>,
): Promise<Admission> {
  const admitted: Admitted[] = [];
  const held: Held[] = [];
  const reached = new Map<string, number>();
  const stuck = new Set<string>();
  const early = new Map<string, RecordedEvent[]>();

  const nextOf = (stream: string) => (reached.get(stream) ?? lastVersion(stream)) + 1;

  function take(event: RecordedEvent): void {
    const { stream, version } = event;
    if (stuck.has(stream) || version !== nextOf(stream)) return;
    const leaf = fittingLeaf(event);
    if (leaf === null) {
      stuck.add(stream);
      held.push({ stream, version, reason: 'too_large' });
      return;
    }
    admitted.push({ stream, version, leaf });
    reached.set(stream, version);
  }

  for (const event of events) {
    if (event.version > nextOf(event.stream)) early.set(event.stream, [...(early.get(event.stream) ?? []), event]);
    else take(event);
  }
  for (const [stream, waiting] of early) {
    const last = Math.max(...waiting.map(({ version }) => version));
    for (const event of waiting.toSorted((a, b) => a.version - b.version)) take(event);
    if (nextOf(stream) <= last && !stuck.has(stream)) {
      for (const event of await store.load(stream, { from: nextOf(stream), to: last })) take(event);
    }
    if (nextOf(stream) <= last && !stuck.has(stream)) held.push({ stream, version: nextOf(stream), reason: 'missing_predecessor' });
  }
  return { admitted, held };
}

function fittingLeaf(event: RecordedEvent): Buffer | null {
  try {
    return leafBytes(event);
  } catch (error) {
    if (error instanceof LeafTooLarge) return null;
    throw error;
  }
}
