import type { DomainEvent } from '../../events/catalogue.ts';
import type { DecideResult } from './commands.ts';

export type Refusal = Extract<DecideResult, { kind: 'refused' }>;

/** The command holds: record these. */
export function record(...events: readonly DomainEvent[]): DecideResult {
  return { kind: 'events', events };
}

/** It is done already; there is nothing to record. */
export const nothing: DecideResult = { kind: 'events', events: [] };

/** A refusal is an answer, not an exception. `message` names no person. */
export function refuse(code: string, message: string): Refusal {
  return { kind: 'refused', code, message };
}
