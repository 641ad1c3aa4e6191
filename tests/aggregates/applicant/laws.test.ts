import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApplicantCommand } from '../../../aggregates/applicant/commands.ts';
import { decide } from '../../../aggregates/applicant/decide.ts';
import { evolve, fold, initial, StreamCorrupt } from '../../../aggregates/applicant/evolve.ts';
import { readyToStart } from '../../../aggregates/applicant/queries.ts';
import { retentionDueOn, retentionPolicy } from '../../../aggregates/retention/policies.ts';
import type { ApplicantState } from '../../../aggregates/applicant/state.ts';
import type { LedgerEvent } from '../../../events/read.ts';
import { statusAfter } from '../../../events/status.ts';
import {
  actorOf, ana, answer, ben, cem, consent, decided, face, faceFailed, given, judge, liveCapture, liveness, noAnswer, publish, recordedAfter, register, request,
  review, scan, scanFailed, second, start, started, today, uploadDocument, uploadSelfie, uuid,
} from './given.ts';

type Step = (now: ApplicantState) => ApplicantCommand;

/** The version a step is about: mostly one that fits, now and then any. */
function pick(versions: readonly number[], wild: number): number {
  if (wild % 7 === 0 || versions.length === 0) return (wild % 30) + 1;
  return versions[wild % versions.length] ?? 1;
}

const documents = (state: ApplicantState) => (state.kind === 'registered' ? state.documents.map(({ version }) => version) : []);
const selfies = (state: ApplicantState) => (state.kind === 'registered' ? state.selfies.map(({ version }) => version) : []);
const runs = (state: ApplicantState) => (state.kind === 'registered' ? state.runs : []);
const decisions = (state: ApplicantState) => (state.kind === 'registered' ? state.decisions.map(({ version }) => version) : []);

const step: fc.Arbitrary<Step> = fc
  .record({ what: fc.nat(29), wild: fc.nat(1000), outcome: fc.constantFrom('PASS' as const, 'FAIL' as const), by: fc.constantFrom(ana, ben, cem) })
  .map(({ what, wild, outcome, by }): Step => (state) => {
    const document = pick(documents(state), wild);
    const selfie = pick(selfies(state), wild);
    const run = runs(state).at(wild % 5 === 0 ? 0 : -1);
    const startVersion = run?.startVersion ?? wild % 30 + 1;
    const seen = wild % 4 === 0 ? Math.max(1, state.version - 2) : Math.max(1, state.version);
    const steps: readonly (() => ApplicantCommand)[] = [
      () => consent(wild % 5 !== 0),
      () => uploadDocument(wild % 6 + 10),
      () => uploadSelfie(wild % 6 + 20),
      () => liveCapture(wild % 6 + 30, state.kind === 'registered' && wild % 4 !== 0 ? state.consent?.version ?? 2 : 2, wild % 3 === 0 ? 'FAILED' : 'PASSED'),
      () => scan(document, wild % 3 === 0 ? '2020-01-01' : '2032-05-01'),
      () => scan(document),
      () => scanFailed(document),
      () => start,
      () => start,
      () => liveness(selfie),
      () => face(run?.documentVersion ?? document, run?.selfieVersion ?? selfie, wild / 1000),
      () => faceFailed(run?.documentVersion ?? document, run?.selfieVersion ?? selfie),
      () => request(startVersion, wild % 3 === 0 ? 1 : startVersion),
      () => answer(wild % 6 === 0 ? 1 : startVersion, wild % 4 === 0 ? 'erased' : 'registered'),
      () => noAnswer(startVersion, wild % 2 === 0 ? null : startVersion),
      () => judge,
      () => judge,
      () => publish(pick(decisions(state), wild)),
      () => ({ command: 'claim', by }),
      () => ({ command: 'release', by }),
      () => ({ command: 'note', by, note: `note ${wild % 3}` }),
      () => review(by, outcome, seen),
      () => review(by, outcome, seen),
      () => second(by, wild % 3 !== 0, seen),
      () => ({ command: 'appeal', statement: 'please' }),
      () => ({ command: 'expire-documents', today }),
      () => ({ command: 'hold', event: { type: 'RetentionHeld', data: { holdId: uuid(wild % 2), basis: 'X' }, personal: { note: '' } } }),
      () => ({ command: 'release-hold', event: { type: 'RetentionReleased', data: { holdId: uuid(wild % 2), basis: 'X' }, personal: { note: '' } } }),
      () => (wild % 5 === 0
        ? { command: 'request-erasure', basis: wild % 2 === 0 ? 'COURT_ORDER' : 'DATA_SUBJECT_REQUEST', today }
        : register),
      () => (wild % 5 === 0
        ? {
            command: 'end-relationship',
            event: { type: 'RelationshipEnded', data: { endedOn: today, reason: 'LEFT', dueOn: retentionDueOn(retentionPolicy, today), retentionPolicy }, personal: null },
          }
        : {
            command: 'record-erasure',
            event: {
              type: 'ApplicantErased',
              data: {
                requestVersion: state.kind === 'registered' && state.erasure.kind === 'requested' ? state.erasure.version : 1,
                purged: { reservations: 1, evidence: 0 },
              },
              personal: null,
            },
          }),
    ];
    return (steps[what] ?? (() => start))();
  });

/** Where a history begins: at registration, with a run under way, or after a decision. */
const preludes: readonly (readonly ApplicantCommand[])[] = [[register], started, decided(), decided({ status: 'erased' }), decided({ similarity: 0.1 })];
const history = fc.tuple(fc.constantFrom(...preludes), fc.array(step, { maxLength: 60, size: 'max' }));

/** Runs the steps as handlers do, and calls `after` with each command that was not refused. */
function play(
  [prelude, steps]: readonly [readonly ApplicantCommand[], readonly Step[]],
  after: (command: ApplicantCommand, before: ApplicantState, state: ApplicantState) => void = () => {},
): { state: ApplicantState; events: LedgerEvent[] } {
  let state: ApplicantState = initial;
  const events: LedgerEvent[] = [];
  for (const each of [...prelude.map((command): Step => () => command), ...steps]) {
    const command = each(state);
    const result = decide(state, command);
    if (result.kind === 'refused') continue;
    const before = state;
    const recorded = recordedAfter(state, result.events, actorOf(command));
    state = recorded.reduce(evolve, state);
    events.push(...recorded);
    after(command, before, state);
  }
  return { state, events };
}

/** What a state says that does not rest on personal fields. */
function impersonal(state: ApplicantState): unknown {
  if (state.kind === 'unregistered') return state;
  return { ...state, personal: null, documents: state.documents.length, selfies: state.selfies.length, review: state.review.proposal, appeal: state.appeal?.version };
}

describe('the applicant as a decider', () => {
  it('gives no new events when asked again after its own', () => {
    fc.assert(fc.property(history, (steps) => {
      play(steps, (command, _, state) => {
        const again = decide(state, command);
        expect(again.kind === 'events' ? again.events : []).toEqual([]);
      });
    }), { numRuns: 300 });
  });

  it('reaches every kind of decision in these histories, so that the laws are not tried on nothing', () => {
    const seen = new Set<string>();
    fc.assert(fc.property(history, (steps) => {
      for (const event of play(steps).events) seen.add(event.type);
    }), { numRuns: 600, seed: 7 });
    const unreached = [
      'ApplicantRegistered', 'ConsentRecorded', 'IdDocumentUploaded', 'SelfieUploaded', 'DocScanned', 'DocScanFailed', 'KycStarted',
      'LivenessChecked', 'FaceMatched', 'FaceMatchFailed', 'RegisterCheckRequested', 'RegisterChecked', 'RegisterCheckFailed', 'DecisionMade',
      'ResultPublished', 'ReviewClaimed', 'ReviewReleased', 'ReviewNoted', 'ReviewProposed', 'ReviewProposalDeclined', 'ReviewOverridden', 'AppealLodged', 'IdDocumentExpired',
      'RetentionHeld', 'RetentionReleased', 'RelationshipEnded', 'ErasureRequested', 'ApplicantErased',
    ].filter((type) => !seen.has(type));
    expect(unreached).toEqual([]);
  });

  it('folds a history the same in one go and in two', () => {
    fc.assert(fc.property(history, fc.nat(60), (steps, cut) => {
      const { state, events } = play(steps);
      expect(fold(events.slice(cut), fold(events.slice(0, cut)))).toEqual(state);
    }), { numRuns: 100 });
  });

  it('folds every history also when its personal fields can no longer be read', () => {
    fc.assert(fc.property(history, (steps) => {
      const { state, events } = play(steps);
      const blind = fold(events.map((event) => ({ ...event, personal: null })));
      expect(impersonal(blind)).toEqual(impersonal(state));
      expect(decide(blind, start)).toEqual(decide(state, start));
    }), { numRuns: 100 });
  });

  it('G-10: decides each run at most once and has at most one run open', () => {
    fc.assert(fc.property(history, (steps) => {
      const { state, events } = play(steps);
      const starts = events.flatMap((event) => (event.type === 'DecisionMade' ? [event.data.startVersion] : []));
      expect(new Set(starts).size).toBe(starts.length);
      const open = state.kind === 'registered' ? state.runs.filter((run) => run.decisionVersion === null) : [];
      expect(open.length).toBeLessThanOrEqual(1);
    }), { numRuns: 200 });
  });

  it('G-13: never turns a decision round on one person\'s word', () => {
    fc.assert(fc.property(history, (steps) => {
      for (const event of play(steps).events) {
        if (event.type !== 'ReviewOverridden' || event.data.from === 'MANUAL_REVIEW' || event.data.from === event.data.outcome) continue;
        expect(event.data.maker).not.toBeNull();
        expect(event.data.maker).not.toEqual(event.actor);
      }
    }), { numRuns: 300 });
  });

  it('G-12: compares no faces at a moment without consent', () => {
    fc.assert(fc.property(history, (steps) => {
      let isGiven = false;
      const without: number[] = [];
      for (const event of play(steps).events) {
        if (event.type === 'ConsentRecorded') isGiven = event.data.given;
        if (event.type === 'FaceMatched' && !isGiven) without.push(event.version);
      }
      expect(without).toEqual([]);
    }), { numRuns: 200 });
  });

  it('knows the same status as whoever follows the events alone', () => {
    fc.assert(fc.property(history, (steps) => {
      const { state, events } = play(steps);
      const status = events.reduce((before, event) => statusAfter(before, event), 'NEW' as const as ReturnType<typeof statusAfter>);
      expect(state.kind === 'registered' ? state.status : 'NEW').toBe(status);
    }), { numRuns: 100 });
  });

  it('starts what is ready to start, and only that', () => {
    fc.assert(fc.property(history, (steps) => {
      const { state } = play(steps);
      if (state.kind === 'unregistered') return;
      const result = decide(state, start);
      expect(result.kind === 'events' && result.events.length === 1).toBe(readyToStart(state).kind === 'ready');
    }), { numRuns: 200 });
  });

  it('refuses a stream with a gap or without a beginning', () => {
    const state = given(...started);
    const [next] = recordedAfter(state, [{ type: 'IdDocumentExpired', data: { documentVersion: 3 }, personal: null }], ana);
    if (next === undefined) throw new Error('unreachable');
    expect(() => evolve(state, { ...next, version: next.version + 1 })).toThrow(StreamCorrupt);
    expect(() => evolve(initial, { ...next, version: 1 })).toThrow(StreamCorrupt);
  });
});
