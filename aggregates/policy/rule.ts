import type { PolicySettings, RuleOutcome, Signals } from '../../events/signals.ts';
import type { ReasonCode } from './reason-words.ts';

/** What a rule finds. `note` is worth knowing although the rule passed. */
export type Finding =
  | { readonly outcome: 'pass' | 'not_applicable'; readonly note?: ReasonCode }
  | { readonly outcome: 'review' | 'fail'; readonly reason: ReasonCode };

/** One rule of a policy: which signals it looks at, what it holds them against, and what it finds. Pure. */
export interface Rule {
  readonly rule: string;
  /** What is recorded beside the outcome: every signal that `judge` looks at. */
  readonly inputs: (signals: Signals) => RuleOutcome['inputs'];
  readonly threshold: (settings: PolicySettings) => RuleOutcome['threshold'];
  readonly judge: (signals: Signals, settings: PolicySettings) => Finding;
}

export const pass: Finding = { outcome: 'pass' };
export const notApplicable: Finding = { outcome: 'not_applicable' };

export function passWith(note: ReasonCode): Finding {
  return { outcome: 'pass', note };
}

export function review(reason: ReasonCode): Finding {
  return { outcome: 'review', reason };
}

export function fail(reason: ReasonCode): Finding {
  return { outcome: 'fail', reason };
}
