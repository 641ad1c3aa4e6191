import { z } from 'zod';
import { Signals } from '../../events/signals.ts';
import { Code, Decision } from '../../events/vocabulary.ts';
import type { OutsideProjection } from '../engine/projection.ts';

/** Features at the decision beside the human outcome. Nothing personal: signals name nobody. */
export interface Feedback {
  readonly stream: string;
  readonly version: number;
  readonly decidedAt: string;
  readonly policyVersion: string;
  readonly signals: Readonly<Record<string, unknown>>;
  readonly machineDecision: string;
  readonly machineReasons: readonly string[];
  readonly humanOutcome: string;
  readonly humanReason: string;
}

/** The part of the feedback store that is needed here. Putting the same feedback again must change nothing. */
export interface FeedbackSink {
  put(feedback: Feedback): Promise<void>;
}

const MachineDecision = z.object({ decision: Decision, policyVersion: z.string(), signals: Signals, reasons: z.array(Code) });
const State = z.object({ machine: MachineDecision.nullable() });
type State = z.infer<typeof State>;

/** Each human decision, beside the machine's that came before it, in the feedback store. */
export function reviewFeedback(store: FeedbackSink): OutsideProjection<State, Feedback> {
  return {
    kind: 'outside',
    name: 'review-feedback',
    schema: 'kyc_system',
    handles: (stream) => stream.startsWith('applicant-'),
    state: State,
    initial: () => ({ machine: null }),
    project(state, event, out) {
      if (event.type === 'DecisionMade') {
        const { decision, policyVersion, signals, reasons } = event.data;
        return { machine: { decision, policyVersion, signals, reasons } };
      }
      if (event.type !== 'ReviewOverridden' || state.machine === null) return state;
      out.push({
        stream: event.stream,
        version: event.version,
        decidedAt: event.occurredAt,
        policyVersion: state.machine.policyVersion,
        signals: state.machine.signals,
        machineDecision: state.machine.decision,
        machineReasons: state.machine.reasons,
        humanOutcome: event.data.outcome,
        humanReason: event.data.reason,
      });
      return state;
    },
    async put(feedback) {
      for (const each of feedback) await store.put(each);
    },
  };
}
