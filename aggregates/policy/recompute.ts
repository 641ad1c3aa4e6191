import type { EventOfType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { evolve, initial } from '../applicant/evolve.ts';
import { runAt } from '../applicant/queries.ts';
import type { ApplicantState } from '../applicant/state.ts';
import { policyOf, UnknownPolicy } from './policies.ts';
import { signalsOf } from './signals.ts';

/** One value that came out differently; `path` as in `signals.document.mrz` or `rules.3.outcome`. */
export interface Difference {
  readonly path: string;
  readonly recorded: unknown;
  readonly recomputed: unknown;
}

export interface Recomputed {
  readonly version: number;
  readonly policyVersion: string;
  /** Signals that rest on personal fields cannot be had any more once these are erased; all others were compared. */
  readonly signals: 'compared' | 'compared_in_part';
  readonly differences: readonly Difference[];
}

type Decision = EventOfType<'DecisionMade'>['data'];

/**
 * Every decision of a stream (all its events, from version 1 on), made again: the signals from the events before it, the
 * verdict from the recorded signals under the recorded policy and settings. No differences is what it must come to.
 */
export function recomputeDecisions(events: readonly LedgerEvent[]): readonly Recomputed[] {
  const results: Recomputed[] = [];
  let state: ApplicantState = initial;
  let erased = false;
  for (const event of events) {
    erased ||= event.personal === null && event.type === 'ApplicantRegistered';
    if (event.type === 'DecisionMade') {
      results.push({
        version: event.version,
        policyVersion: event.data.policyVersion,
        signals: erased ? 'compared_in_part' : 'compared',
        differences: [...recomputeSignals(state, event.data, erased), ...recomputeVerdict(event.data)],
      });
    }
    state = evolve(state, event);
  }
  return results;
}

/** What the recorded policy makes of the recorded signals, against what is recorded. */
export function recomputeVerdict({ policyVersion, policySettings, signals, decision, rules, reasons, notes }: Decision): readonly Difference[] {
  try {
    const verdict = policyOf(policyVersion, policySettings).evaluate(signals);
    const again = { decision: verdict.decision, rules: verdict.rules, reasons: verdict.reasons, notes: verdict.notes };
    return differencesOf({ decision, rules, reasons, notes }, again, '');
  } catch (error) {
    if (error instanceof UnknownPolicy) return [{ path: 'policyVersion', recorded: policyVersion, recomputed: 'UNKNOWN_POLICY' }];
    throw error;
  }
}

function recomputeSignals(state: ApplicantState, { startVersion, signals }: Decision, erased: boolean): readonly Difference[] {
  const run = state.kind === 'registered' ? runAt(state, startVersion) : null;
  if (state.kind === 'unregistered' || run === null) return [{ path: 'startVersion', recorded: startVersion, recomputed: null }];
  const again = signalsOf(state, run, signals.asOf);
  const { daysToExpiry, datesPlausible } = signals.document;
  const comparable = erased ? { ...again, document: { ...again.document, daysToExpiry, datesPlausible } } : again;
  return differencesOf(signals, comparable, 'signals');
}

/** Where two JSON values differ, down to the leaves; in the order of the first one's fields. */
export function differencesOf(recorded: unknown, recomputed: unknown, path: string): readonly Difference[] {
  if (isSame(recorded, recomputed)) return [];
  if (!isBranch(recorded) || !isBranch(recomputed) || Array.isArray(recorded) !== Array.isArray(recomputed)) {
    return [{ path, recorded, recomputed }];
  }
  const [one, other] = [new Map(Object.entries(recorded)), new Map(Object.entries(recomputed))];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) =>
    differencesOf(one.get(name), other.get(name), path === '' ? name : `${path}.${name}`));
}

/** Said quickly, because nearly always everything is. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isBranch(one) || !isBranch(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isSame(Reflect.get(one, name), Reflect.get(other, name)));
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
