import type { LedgerEvent } from '../../events/read.ts';
import type { Applicant, DecisionRecord, Run } from './state.ts';

/** Runs of the workflow, their signals, and the decisions they end in. */
export function evolveRun(state: Applicant, event: LedgerEvent): Applicant {
  switch (event.type) {
    case 'KycStarted':
      return {
        ...state,
        runs: [...state.runs, {
          startVersion: event.version,
          startedAt: event.occurredAt,
          executionName: event.data.executionName,
          documentVersion: event.data.documentVersion,
          selfieVersion: event.data.selfieVersion,
          face: { kind: 'pending' },
          request: null,
          register: { kind: 'pending' },
          decisionVersion: null,
        }],
      };
    case 'FaceMatched':
      return onRun(state, ofPair(event.data), (run) => ({
        ...run, face: { kind: 'matched', version: event.version, similarity: event.data.similarity },
      }));
    case 'FaceMatchFailed':
      return onRun(state, ofPair(event.data), (run) => ({
        ...run, face: { kind: 'failed', version: event.version, reason: event.data.reason },
      }));
    case 'RegisterCheckRequested':
      return onRun(state, startedAt(event.data.startVersion), (run) => ({ ...run, request: event.data }));
    case 'RegisterChecked':
      return onRun(state, (run) => run.request?.requestId === event.data.requestId, (run) => ({
        ...run, register: { kind: 'checked', version: event.version, data: event.data },
      }));
    case 'RegisterCheckFailed':
      return onRun(state, startedAt(event.data.startVersion), (run) => ({
        ...run, register: { kind: 'failed', version: event.version, reason: event.data.reason },
      }));
    case 'DecisionMade':
      return decided(
        onRun(state, startedAt(event.data.startVersion), (run) => ({ ...run, decisionVersion: event.version })),
        {
          version: event.version,
          at: event.occurredAt,
          decision: event.data.decision,
          reasons: event.data.reasons,
          notes: event.data.notes,
          by: { kind: 'policy', policyVersion: event.data.policyVersion, startVersion: event.data.startVersion },
        },
      );
    case 'ReviewOverridden':
      return decided(state, {
        version: event.version,
        at: event.occurredAt,
        decision: event.data.outcome,
        reasons: [event.data.reason],
        notes: [],
        by: {
          kind: 'person',
          actor: event.actor,
          maker: event.data.maker,
          seenVersion: event.data.seenVersion,
          proposalVersion: event.data.proposalVersion,
        },
      });
    case 'ResultPublished':
      return { ...state, published: [...state.published, event.data.decisionVersion] };
    default:
      return state;
  }
}

function decided(state: Applicant, decision: DecisionRecord): Applicant {
  return { ...state, decisions: [...state.decisions, decision], inForce: decision };
}

function startedAt(startVersion: number): (run: Run) => boolean {
  return (run) => run.startVersion === startVersion;
}

function ofPair(pair: { documentVersion: number; selfieVersion: number }): (run: Run) => boolean {
  return (run) => run.documentVersion === pair.documentVersion && run.selfieVersion === pair.selfieVersion;
}

function onRun(state: Applicant, which: (run: Run) => boolean, change: (run: Run) => Run): Applicant {
  return { ...state, runs: state.runs.map((run) => (which(run) ? change(run) : run)) };
}
