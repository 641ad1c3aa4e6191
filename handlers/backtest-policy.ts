import { Backtest, type BacktestResult } from '../aggregates/policy/backtest.ts';
import type { PolicyVersion } from '../aggregates/policy/policy.ts';
import { openEvent } from '../events/read.ts';
import type { EventStore } from '../ledger/event-store.ts';

/** How the one who waits for a backtest follows and ends it. */
export interface BacktestWatch {
  readonly onProgress?: (events: number) => void;
  readonly signal?: AbortSignal;
}

const EPOCH = '1970-01-01T00:00:00.000Z';

/**
 * Tries a policy on every decision that the ledger has. Signals are recorded in the open, so that nothing is unsealed
 * and erased applicants count too. `onProgress` is told how many events were gone through. Throws the signal's reason once
 * it is aborted.
 */
export async function backtestPolicy(deps: { readonly store: Pick<EventStore, 'since'> }, policy: PolicyVersion, { onProgress, signal }: BacktestWatch = {}): Promise<BacktestResult> {
  const backtest = new Backtest(policy);
  const seen = new Set<string>();
  let events = 0;
  for await (const batch of deps.store.since(EPOCH)) {
    for (const recorded of batch) {
      if (recorded.type !== 'DecisionMade' && recorded.type !== 'ReviewOverridden') continue;
      // An event may be read twice where a batch and the next overlap.
      if (seen.has(recorded.id)) continue;
      seen.add(recorded.id);
      const event = openEvent(recorded, null);
      if (event.type === 'DecisionMade') backtest.decision(event);
      if (event.type === 'ReviewOverridden') backtest.person(event.stream, event.data.decisionVersion, event.data.outcome);
    }
    events += batch.length;
    onProgress?.(events);
    signal?.throwIfAborted();
  }
  return backtest.result();
}
