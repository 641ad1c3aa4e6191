import { fold } from '../aggregates/applicant/evolve.ts';
import type { Applicant, ApplicantState } from '../aggregates/applicant/state.ts';
import type { Actor } from '../events/envelope.ts';
import type { LedgerEvent } from '../events/read.ts';
import type { Deps } from './deps.ts';

/** An applicant's stream as it was loaded: the events and the state they amount to. */
export interface Loaded<S extends ApplicantState = ApplicantState> {
  readonly events: readonly LedgerEvent[];
  readonly state: S;
}

export type Case = Loaded<Applicant>;

/** The applicant's stream; of an unknown one there are no events. */
export async function load(deps: Pick<Deps, 'ledger'>, stream: string): Promise<Loaded> {
  const events = await deps.ledger.load(stream);
  return { events, state: fold(events) };
}

/** null for an applicant who is not there. */
export async function loadCase(deps: Pick<Deps, 'ledger'>, stream: string): Promise<Case | null> {
  const { events, state } = await load(deps, stream);
  return state.kind === 'registered' ? { events, state } : null;
}

/** Who does something, and what it belongs to. */
export interface By {
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId?: string | null;
}

/** A step of the platform itself, caused by the event at `version`, in the correlation of that event. */
export function causedBy(loaded: Loaded, version: number, handler: string): By {
  const cause = loaded.events[version - 1];
  return {
    actor: { kind: 'system', id: handler },
    correlationId: cause?.correlationId ?? handler,
    causationId: cause?.id ?? null,
  };
}
