import type { ApplicantCommand } from '../aggregates/applicant/commands.ts';
import { decide } from '../aggregates/applicant/decide.ts';
import { fold } from '../aggregates/applicant/evolve.ts';
import type { Applicant, ApplicantState } from '../aggregates/applicant/state.ts';
import type { LedgerEvent } from '../events/read.ts';
import { StoreUnavailable } from '../ledger/errors.ts';
import type { Reservation } from '../ledger/event-store.ts';
import type { LedgerAppendResult, NewEvent } from '../ledger/ledger.ts';
import { load, type By, type Loaded } from './case.ts';
import type { Deps } from './deps.ts';
import { StreamBusy } from './errors.ts';

export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
}

export type Executed =
  /** `events` are those recorded now: none when it was done already. `state` and `version` are those after them. */
  | { readonly kind: 'done'; readonly events: readonly LedgerEvent[]; readonly state: Applicant; readonly version: number }
  | Refused;

export interface ExecuteOptions {
  readonly reservations?: readonly Reservation[];
  /** What was loaded before, to spare another reading; a conflict brings it up to date. */
  readonly loaded?: Loaded;
}

const refusals: Readonly<Record<Reservation['kind'], Refused>> = {
  email: { kind: 'refused', code: 'EMAIL_IN_USE', message: 'Another applicant has registered with this e-mail address.' },
  document_number: { kind: 'refused', code: 'DOCUMENT_NUMBER_IN_USE', message: 'Another applicant has presented this document number.' },
};

const attempts = 20;

/**
 * Load, decide, append. When somebody else was faster it decides again on what came in between. A command may depend
 * on the state: then it is made anew each time.
 * Throws StreamBusy after twenty lost races, StoreUnavailable when it is unknown whether the events were written;
 * calling it again is harmless.
 */
export async function execute(
  deps: Pick<Deps, 'ledger' | 'newId' | 'clock'>,
  stream: string,
  command: ApplicantCommand | ((state: ApplicantState) => ApplicantCommand),
  by: By,
  options: ExecuteOptions = {},
): Promise<Executed> {
  let { state } = options.loaded ?? await load(deps, stream);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const decided = decide(state, typeof command === 'function' ? command(state) : command);
    if (decided.kind === 'refused') return decided;
    if (decided.events.length === 0) return doneWith([], state);
    const context = {
      actor: by.actor, correlationId: by.correlationId, causationId: by.causationId ?? null,
      occurredAt: deps.clock().toISOString(),
    };
    const events = decided.events.map((event): NewEvent => ({ id: deps.newId(), event, context }));
    const result = await append(deps, stream, state.version, events, options.reservations ?? []);
    switch (result.kind) {
      case 'appended':
      case 'already_appended':
        return doneWith(result.events, fold(result.events, state));
      case 'reserved':
        return refusals[result.reservation.kind];
      case 'conflict':
        state = fold(result.since, state);
    }
  }
  throw new StreamBusy(stream);
}

/** Once more with the same ids when the answer was lost: the store then says whether it had been written. */
async function append(
  deps: Pick<Deps, 'ledger'>,
  stream: string,
  version: number,
  events: readonly NewEvent[],
  reservations: readonly Reservation[],
): Promise<LedgerAppendResult> {
  try {
    return await deps.ledger.append(stream, version, events, reservations);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return deps.ledger.append(stream, version, events, reservations);
  }
}

function doneWith(events: readonly LedgerEvent[], state: ApplicantState): Executed {
  if (state.kind === 'unregistered') throw new TypeError('A command that holds leaves a registered applicant');
  return { kind: 'done', events, state, version: state.version };
}
