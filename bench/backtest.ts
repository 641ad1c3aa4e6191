import { randomUUID } from 'node:crypto';
import { backtestPolicy } from '../handlers/backtest-policy.ts';
import { defaultSettings, policyOf } from '../aggregates/policy/policies.ts';
import { recomputeVerdict } from '../aggregates/policy/recompute.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import type { Signals } from '../events/signals.ts';
import type { Bench } from './bench.ts';

const DECISIONS = 100_000;
const BATCH = 1_000;

export const bench: Bench = {
  name: 'backtest',
  summary: `${DECISIONS.toLocaleString('en')} recorded decisions under another policy, and made again under their own`,
  async run() {
    const events = Array.from({ length: DECISIONS }, (_, index) => decision(index));
    const store = {
      async *since() {
        for (let from = 0; from < events.length; from += BATCH) yield events.slice(from, from + BATCH);
      },
    };
    const stricter = policyOf('2026-11', { ...defaultSettings, minSimilarity: 0.95, livenessRequired: true });
    let began = performance.now();
    const { changed } = await backtestPolicy({ store }, stricter);
    const backtest = performance.now() - began;
    began = performance.now();
    let different = 0;
    for (const { data } of events) different += recomputeVerdict(data as Parameters<typeof recomputeVerdict>[0]).length;
    const recompute = performance.now() - began;
    return [
      { work: 'backtest', decisions: DECISIONS, seconds: seconds(backtest), 'a decision, µs': micro(backtest), changed: changed.length },
      { work: 'recompute the verdict', decisions: DECISIONS, seconds: seconds(recompute), 'a decision, µs': micro(recompute), changed: different },
    ];
  },
};

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;
const micro = (milliseconds: number): number => Math.round((milliseconds * 10_000) / DECISIONS) / 10;

const own = policyOf('2026-11', defaultSettings);

/** As the ledger keeps it: one in seven for a person, the similarity spread over what faces give. */
function decision(index: number): RecordedEvent {
  const name = { matched: true, evidence: 'normalised', rule: 'NORMALISED' } as const;
  const signals: Signals = {
    asOf: '2026-11-22',
    biometricConsent: 'given',
    document: {
      state: 'scanned', failure: null, type: 'passport', mrz: index % 7 === 0 ? 'invalid' : 'valid', zonesAgree: true, missingFields: [],
      daysToExpiry: 900 + (index % 1000), datesPlausible: true, claimedName: name, usedByAnotherApplicant: false,
    },
    face: { state: 'matched', failure: null, similarity: 0.8 + ((index * 37) % 200) / 1000 },
    liveness: 'NOT_PERFORMED',
    register: { type: 'GMC', state: 'checked', failure: null, outcome: 'clear', status: 'registered', name, snapshotAgeDays: index % 5 },
  };
  const { decision: outcome, rules, reasons, notes } = own.evaluate(signals);
  return {
    id: `01a20373-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    stream: `applicant-${randomUUID()}`,
    version: 11,
    type: 'DecisionMade',
    schemaVersion: 1,
    occurredAt: '2026-11-22T10:00:00.000Z',
    recordedAt: '2026-11-22T10:00:00.000Z',
    actor: { kind: 'system', id: 'decision' },
    correlationId: 'bench',
    causationId: null,
    data: JSON.parse(JSON.stringify({
      startVersion: 6, decision: outcome, policyVersion: own.version, policySettings: own.settings, signals, rules, reasons, notes,
    })),
    sealed: null,
  };
}
