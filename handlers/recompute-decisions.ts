import { recomputeDecisions, type Recomputed } from '../aggregates/policy/recompute.ts';
import type { Deps } from './deps.ts';

const EPOCH = '1970-01-01T00:00:00.000Z';
const LOADS_AT_ONCE = 16;

export interface RecomputedDecision extends Recomputed {
  readonly stream: string;
}

export interface RecomputeResult {
  readonly decisions: number;
  /** Decisions of erased applicants: all but the signals that rest on personal fields were compared. */
  readonly inPart: number;
  readonly byPolicy: Readonly<Record<string, number>>;
  /** Those that did not come out as they are recorded. */
  readonly different: readonly RecomputedDecision[];
}

/** Makes every decision of the ledger again from the events before it, under its recorded policy and settings. */
export async function recomputeAll(deps: Pick<Deps, 'ledger' | 'store'>, onProgress: (done: number, total: number) => void): Promise<RecomputeResult> {
  const streams = new Set<string>();
  for await (const batch of deps.store.since(EPOCH)) {
    for (const event of batch) if (event.type === 'DecisionMade') streams.add(event.stream);
  }
  const different: RecomputedDecision[] = [];
  const byPolicy: Record<string, number> = {};
  let decisions = 0;
  let inPart = 0;
  let done = 0;
  const waiting = [...streams];
  const work = async (): Promise<void> => {
    for (let stream = waiting.pop(); stream !== undefined; stream = waiting.pop()) {
      for (const each of recomputeDecisions(await deps.ledger.load(stream))) {
        decisions += 1;
        byPolicy[each.policyVersion] = (byPolicy[each.policyVersion] ?? 0) + 1;
        if (each.signals === 'compared_in_part') inPart += 1;
        if (each.differences.length > 0) different.push({ stream, ...each });
      }
      done += 1;
      onProgress(done, streams.size);
    }
  };
  await Promise.all(Array.from({ length: LOADS_AT_ONCE }, work));
  return { decisions, inPart, byPolicy, different: different.toSorted((a, b) => (a.stream < b.stream ? -1 : 1) || a.version - b.version) };
}
