import type { DomainEvent } from '../events/catalogue.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { By } from './case.ts';
import { StreamBusy } from './errors.ts';

export interface RecordDeps {
  readonly ledger: Pick<Ledger, 'append' | 'load'>;
  readonly clock: () => Date;
  readonly newId: () => string;
}

/** The stream in which every export of the ledger is recorded. */
export const EXPORTS_STREAM = 'exports-ledger';

const attempts = 20;

/** Adds one event to a stream that knows no rules but order (accesses, exports), wherever it stands. Throws StreamBusy. */
export async function record(deps: RecordDeps, stream: string, event: DomainEvent, by: By): Promise<void> {
  const context = { actor: by.actor, correlationId: by.correlationId, causationId: by.causationId ?? null, occurredAt: deps.clock().toISOString() };
  const added = { id: deps.newId(), event, context };
  let expected = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const result = await deps.ledger.append(stream, expected, [added]);
    if (result.kind !== 'conflict') return;
    expected = result.since.at(-1)?.version ?? (await deps.ledger.load(stream)).length;
  }
  throw new StreamBusy(stream);
}
