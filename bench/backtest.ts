import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backtestPolicy } from '../handlers/backtest-policy.ts';
import { defaultSettings, policyOf } from '../aggregates/policy/policies.ts';
import { recomputeVerdict } from '../aggregates/policy/recompute.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import type { Signals } from '../events/signals.ts';
import { createDynamoClient } from '../ledger/dynamodb/client.ts';
import { createDynamoEventStore } from '../ledger/dynamodb/dynamodb-event-store.ts';
import { startDynoxide } from '../runtime/embedded/dynoxide.ts';
import type { Bench } from './bench.ts';
import { fillTable } from './filled-table.ts';

const DECISIONS = 100_000;
const BATCH = 1_000;

export const bench: Bench = {
  name: 'backtest',
  summary: `${DECISIONS.toLocaleString('en')} recorded decisions under another policy, read from DynamoDB as the command does it, and made again under their own`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'kyc-bench-backtest-'));
    const { tables } = await fillTable(folder, batches());
    const server = await startDynoxide({ dataFolder: folder });
    const client = createDynamoClient({ endpoint: server.endpoint });
    try {
      const store = createDynamoEventStore({ client, tables });
      const stricter = policyOf('2026-11', { ...defaultSettings, minSimilarity: 0.95, livenessRequired: true });
      const reading = await timed(async () => {
        for await (const batch of store.since('1970-01-01T00:00:00.000Z')) void batch.length;
      });
      let changed = 0;
      const backtest = await timed(async () => {
        changed = (await backtestPolicy({ store }, stricter)).changed.length;
      });
      let different = 0;
      const recompute = await timed(async () => {
        for await (const batch of store.since('1970-01-01T00:00:00.000Z')) {
          for (const { data } of batch) different += recomputeVerdict(data as Parameters<typeof recomputeVerdict>[0]).length;
        }
      });
      const row = (work: string, milliseconds: number, differing: number | string) =>
        ({ work, decisions: DECISIONS, seconds: seconds(milliseconds), 'a decision, µs': micro(milliseconds), changed: differing });
      return [row('backtest', backtest, changed), row('recompute the verdict', recompute, different), row('of which reading', reading, '')];
    } finally {
      client.destroy();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function* batches(): Generator<RecordedEvent[]> {
  for (let from = 0; from < DECISIONS; from += BATCH) yield Array.from({ length: BATCH }, (_, at) => decision(from + at));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

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
  const time = new Date(Date.UTC(2026, 9, 1) + index * 5_000).toISOString();
  return {
    id: `01a20373-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    stream: `applicant-${randomUUID()}`,
    version: 1,
    type: 'DecisionMade',
    schemaVersion: 1,
    occurredAt: time,
    recordedAt: time,
    actor: { kind: 'system', id: 'decision' },
    correlationId: 'bench',
    causationId: null,
    data: JSON.parse(JSON.stringify({
      startVersion: 6, decision: outcome, policyVersion: own.version, policySettings: own.settings, signals, rules, reasons, notes,
    })),
    sealed: null,
  };
}
