import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { PolicySettings, RuleOutcome, Signals } from '../signals.ts';
import { Code, Decision } from '../vocabulary.ts';

export const DecisionMade = defineEvent({
  type: 'DecisionMade',
  summary: 'The policy decided, with every rule, its inputs and its threshold.',
  data: z.strictObject({
    /** Version of the KycStarted event this decides. */
    startVersion: z.int().positive(),
    decision: Decision,
    policyVersion: z.string().max(40),
    policySettings: PolicySettings,
    signals: Signals,
    rules: z.array(RuleOutcome),
    reasons: z.array(Code),
    /** What the reader of the decision should know although it changed nothing. */
    notes: z.array(Code),
  }),
  personal: null,
});
