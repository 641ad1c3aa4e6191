import type { PolicySettings } from '../../../events/signals.ts';
import { evaluateRules } from '../evaluate.ts';
import type { PolicyVersion } from '../policy.ts';
import type { Rule } from '../rule.ts';
import { documentRules } from './document-rules.ts';
import { faceRules } from './face-rules.ts';
import { registerRules } from './register-rules.ts';

/** The rules in the order in which they are recorded. */
export const rules202611: readonly Rule[] = [...documentRules, ...faceRules, ...registerRules];

/**
 * Policy 2026-11. FAIL only for facts that a machine may judge: a document whose coded date has passed, a registrant
 * who is suspended or struck off. Anything biometric, missing, unreadable or in doubt goes to a person with its reason.
 * PASS needs every rule. What this version says must never change: recorded decisions are recomputed from it.
 */
export function policy202611(settings: PolicySettings): PolicyVersion {
  return { version: '2026-11', settings, rules: rules202611, evaluate: (signals) => evaluateRules(rules202611, signals, settings) };
}
