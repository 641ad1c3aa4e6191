import type { PolicySettings, RuleOutcome, Signals } from '../../events/signals.ts';
import type { Decision } from '../../events/vocabulary.ts';
import type { PolicyVerdict } from './policy.ts';
import type { Finding, Rule } from './rule.ts';

/**
 * Every rule is asked, also after one has failed, so that the record shows all there is to say.
 * FAIL when any rule fails, else MANUAL_REVIEW when any asks for a person, else PASS.
 */
export function evaluateRules(rules: readonly Rule[], signals: Signals, settings: PolicySettings): PolicyVerdict {
  const findings = rules.map((rule) => ({ rule, finding: rule.judge(signals, settings) }));
  const outcomes = findings.map(({ rule, finding }): RuleOutcome => ({
    rule: rule.rule,
    outcome: finding.outcome,
    inputs: rule.inputs(signals),
    threshold: rule.threshold(settings),
    reason: 'reason' in finding ? finding.reason : null,
  }));
  return {
    decision: decisionOf(outcomes),
    rules: outcomes,
    reasons: [...new Set([...reasonsOf(outcomes, 'fail'), ...reasonsOf(outcomes, 'review')])],
    notes: [...new Set(findings.flatMap(({ finding }) => noteOf(finding)))],
  };
}

function decisionOf(outcomes: readonly RuleOutcome[]): Decision {
  if (outcomes.some(({ outcome }) => outcome === 'fail')) return 'FAIL';
  return outcomes.some(({ outcome }) => outcome === 'review') ? 'MANUAL_REVIEW' : 'PASS';
}

function reasonsOf(outcomes: readonly RuleOutcome[], wanted: RuleOutcome['outcome']): string[] {
  return outcomes.flatMap(({ outcome, reason }) => (outcome === wanted && reason !== null ? [reason] : []));
}

function noteOf(finding: Finding): string[] {
  return 'note' in finding && finding.note !== undefined ? [finding.note] : [];
}
