import type { EventOfType } from '../../events/catalogue.ts';
import type { Actor } from '../../events/envelope.ts';
import type { LedgerEvent } from '../../events/read.ts';
import type { PolicySettings, RuleOutcome } from '../../events/signals.ts';
import type { Decision } from '../../events/vocabulary.ts';
import { fold } from '../applicant/evolve.ts';
import { runAt } from '../applicant/queries.ts';
import { eventsBehind, signalsRead } from './basis.ts';
import { policyOf } from './policies.ts';
import { wordsFor } from './reason-words.ts';

export interface EventReference {
  readonly version: number;
  readonly type: string;
  readonly recordedAt: string;
}

export interface CodeInWords {
  readonly code: string;
  readonly words: string;
}

export interface ExplainedRule extends RuleOutcome {
  /** The reason in words; null where the rule has nothing to object to. */
  readonly words: string | null;
  /** The signals it looked at, and the events they came from. */
  readonly signals: readonly string[];
  readonly restsOn: readonly EventReference[];
}

interface Common {
  /** Version of the decision's event. */
  readonly version: number;
  readonly decidedAt: string;
  readonly decision: Decision;
  readonly reasons: readonly CodeInWords[];
  readonly inForce: boolean;
}

export interface PolicyExplanation extends Common {
  readonly by: 'policy';
  readonly policyVersion: string;
  readonly settings: PolicySettings;
  /** The day the policy judged by. */
  readonly asOf: string;
  readonly notes: readonly CodeInWords[];
  readonly rules: readonly ExplainedRule[];
  /** The events that started the checks this decision closes. */
  readonly started: EventReference | null;
}

export interface PersonExplanation extends Common {
  readonly by: 'person';
  readonly actor: Actor;
  /** Who proposed it, where two persons were needed. */
  readonly maker: Actor | null;
  /** The decision it replaced. */
  readonly replaces: number;
  /** The appeal that this answers; null where nobody had appealed. */
  readonly appeal: EventReference | null;
  /** The last event the person had on the screen, and what had been recorded after it that they had not seen. */
  readonly seen: EventReference | null;
  readonly notSeen: readonly EventReference[];
  /** Personal; null after erasure. */
  readonly note: string | null;
}

export type Explanation = PolicyExplanation | PersonExplanation;

/**
 * Why it was decided so: each decision of a stream, oldest first, with every rule, what it looked at, and the events that
 * came from. `events` is the whole stream up to the moment of asking, from version 1 on.
 */
export function explainDecisions(events: readonly LedgerEvent[]): readonly Explanation[] {
  const state = fold(events);
  const newest = state.kind === 'registered' ? (state.inForce?.version ?? 0) : 0;
  return events.flatMap((event): Explanation[] => {
    if (event.type === 'DecisionMade') return [byPolicy(events, event, event.version === newest)];
    return event.type === 'ReviewOverridden' ? [byPerson(events, event, event.version === newest)] : [];
  });
}

function byPolicy(events: readonly LedgerEvent[], event: LedgerEvent<EventOfType<'DecisionMade'>>, inForce: boolean): PolicyExplanation {
  const { data } = event;
  const before = events.slice(0, event.version - 1);
  const state = fold(before);
  const run = state.kind === 'registered' ? runAt(state, data.startVersion) : null;
  const rules = policyOf(data.policyVersion, data.policySettings).rules;
  return {
    by: 'policy',
    version: event.version,
    decidedAt: event.occurredAt,
    decision: data.decision,
    inForce,
    policyVersion: data.policyVersion,
    settings: data.policySettings,
    asOf: data.signals.asOf,
    reasons: data.reasons.map(inWords),
    notes: data.notes.map(inWords),
    started: referenceTo(events, data.startVersion),
    rules: data.rules.map((outcome) => {
      const rule = rules.find((each) => each.rule === outcome.rule);
      const signals = rule === undefined ? [] : signalsRead(rule, data.signals, data.policySettings);
      const versions = state.kind === 'registered' && run !== null ? signals.flatMap((path) => eventsBehind(path, before, state, run)) : [];
      return {
        ...outcome,
        words: outcome.reason === null ? null : wordsFor(outcome.reason).reviewer,
        signals,
        restsOn: [...new Set(versions)].toSorted((a, b) => a - b).flatMap((version) => referenceTo(events, version) ?? []),
      };
    }),
  };
}

function byPerson(events: readonly LedgerEvent[], event: LedgerEvent<EventOfType<'ReviewOverridden'>>, inForce: boolean): PersonExplanation {
  const { outcome, reason, maker, seenVersion, decisionVersion } = event.data;
  return {
    by: 'person',
    version: event.version,
    decidedAt: event.occurredAt,
    decision: outcome,
    inForce,
    reasons: [inWords(reason)],
    actor: event.actor,
    maker,
    replaces: decisionVersion,
    appeal: events.slice(decisionVersion, event.version - 1).filter(({ type }) => type === 'AppealLodged').map(reference).at(-1) ?? null,
    seen: referenceTo(events, seenVersion),
    notSeen: events.slice(seenVersion, event.version - 1).map(reference),
    note: event.personal?.note ?? null,
  };
}

function inWords(code: string): CodeInWords {
  return { code, words: wordsFor(code).reviewer };
}

function referenceTo(events: readonly LedgerEvent[], version: number): EventReference | null {
  const event = events[version - 1];
  return event === undefined ? null : reference(event);
}

function reference({ version, type, recordedAt }: LedgerEvent): EventReference {
  return { version, type, recordedAt };
}
