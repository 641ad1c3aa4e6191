import type { PolicySettings, RuleOutcome, Signals } from '../../events/signals.ts';
import type { Decision } from '../../events/vocabulary.ts';
import type { Rule } from './rule.ts';

/** A version of the policy. Pure; once used it stays runnable for ever under its name. */
export interface PolicyVersion {
  /** For example `2026-11`. Version and recorded settings together determine every outcome. */
  readonly version: string;
  readonly settings: PolicySettings;
  /** In the order in which they are recorded. */
  readonly rules: readonly Rule[];
  evaluate(signals: Signals): PolicyVerdict;
}

export interface PolicyVerdict {
  readonly decision: Decision;
  readonly rules: readonly RuleOutcome[];
  /** Reason codes of all rules that did not pass, failures first. */
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
}
