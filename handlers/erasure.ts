import { z } from 'zod';
import type { Applicant } from '../aggregates/applicant/state.ts';
import { Actor } from '../events/envelope.ts';
import type { LedgerEvent } from '../events/read.ts';
import { Code, StreamRef } from '../events/vocabulary.ts';
import type { EvidenceStore } from '../gateways/evidence-store/port.ts';
import { loadCase, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { execute, type Refused } from './execute.ts';
import { reminderDays } from './expiry-reminder.ts';

/** Who is to be forgotten, by what is recorded in the open: after the key is destroyed nothing else is known. */
export interface Subject {
  readonly stream: string;
  readonly applicantId: string;
  /** Keyed hash of the e-mail address, as Ledger.lookupHash('email', ...) gives it. */
  readonly emailHash: string;
  /** Dedupe keys of every e-mail that can have been sent. */
  readonly emailKeys: readonly string[];
  /** Requests to registers. */
  readonly requestIds: readonly string[];
}

/** A place outside the ledger that may hold something of a person in the clear. */
export interface PersonalStore {
  readonly name: string;
  /** Removes what there is of the subject. Answers how many things that were. Safe to repeat. */
  purge(subject: Subject): Promise<number>;
}

export interface ErasureDeps extends Pick<Deps, 'ledger' | 'store' | 'newId' | 'clock' | 'log'> {
  readonly evidence: Pick<EvidenceStore, 'list' | 'delete'>;
  readonly personalStores: readonly PersonalStore[];
  /**
   * Brings the read models up to these streams' erasure and then takes out of databases and disks what deleting alone
   * leaves there (dead rows, logs of changes, copies as of a moment). Safe to repeat.
   */
  readonly scrub: (streams: readonly string[]) => Promise<void>;
}

const Erase = z.object({ stream: StreamRef, basis: Code, actor: Actor, correlationId: z.string().min(1).max(100) });
export type Erase = z.infer<typeof Erase>;

export interface Erased {
  readonly kind: 'done';
  readonly version: number;
  /** What this attempt removed, by store. */
  readonly purged: Readonly<Record<string, number>>;
}

/**
 * Erases a person: the order is recorded first, then the subject's key is destroyed, the copies are purged, and that is
 * recorded. Whatever cuts it off, calling it again finishes it. A hold or a running retention period refuses.
 */
export async function eraseApplicant(deps: ErasureDeps, input: Erase): Promise<Erased | Refused> {
  const { stream, basis, ...by } = Erase.parse(input);
  const today = deps.clock().toISOString().slice(0, 10);
  const ordered = await execute(deps, stream, { command: 'request-erasure', basis, today }, by);
  if (ordered.kind === 'refused') {
    return ordered.code === 'ERASED' ? finish(deps, stream, by.actor) : ordered;
  }
  return finish(deps, stream, by.actor);
}

async function finish(deps: ErasureDeps, stream: string, actor: Actor): Promise<Erased> {
  const erased = await carryOut(deps, stream, actor);
  await deps.scrub([stream]);
  return erased;
}

/** Everything after the order but the scrubbing, for one stream whose history has an ErasureRequested. Safe to repeat. */
async function carryOut(deps: ErasureDeps, stream: string, actor: Actor): Promise<Erased> {
  const loaded = await loadCase(deps, stream);
  if (loaded === null || loaded.state.erasure.kind === 'none') throw new StepRefused('ERASURE_NOT_REQUESTED', 'No erasure was ordered.');
  await deps.ledger.destroyKey(stream);
  const reservations = await deps.store.release(stream);
  const evidence = await deleteEvidence(deps, stream);
  const purged: Record<string, number> = { reservations, evidence };
  for (const store of deps.personalStores) purged[store.name] = await store.purge(subjectOf(loaded));
  if (loaded.state.erasure.kind === 'erased') return { kind: 'done', version: loaded.state.version, purged };
  const order = loaded.events[loaded.state.erasure.version - 1];
  const done = await execute(deps, stream, {
    command: 'record-erasure',
    event: { type: 'ApplicantErased', data: { requestVersion: loaded.state.erasure.version, purged: { reservations, evidence } }, personal: null },
  }, { actor, correlationId: order?.correlationId ?? 'erasure', causationId: order?.id ?? null });
  if (done.kind === 'refused') throw new StepRefused(done.code, done.message);
  deps.log.info('an applicant was erased', { stream, reservations, evidence });
  return { kind: 'done', version: done.version, purged };
}

/** Also what no event names: an upload that was refused after its bytes had been kept. */
async function deleteEvidence({ evidence }: ErasureDeps, stream: string): Promise<number> {
  let count = 0;
  for await (const key of evidence.list(`${stream}/`)) if (await evidence.delete(key)) count += 1;
  return count;
}

export function subjectOf({ state, events }: Case): Subject {
  return {
    stream: state.stream,
    applicantId: state.stream.replace(/^applicant-/, ''),
    emailHash: state.emailHash,
    emailKeys: emailKeysOf(state),
    requestIds: events.flatMap((event: LedgerEvent) => (event.type === 'RegisterCheckRequested' ? [event.data.requestId] : [])),
  };
}

/** Every key that publish and reminders can have used, not only those recorded: a crash may have come in between. */
function emailKeysOf({ stream, version }: Applicant): string[] {
  const versions = Array.from({ length: version }, (_, index) => index + 1);
  return versions.flatMap((each) => [`${stream}:${each}:email`, ...reminderDays.map((days) => `${stream}:${each}:expires-${days}`)]);
}

export interface DueErasures {
  readonly erased: number;
  /** Due by the tables, refused by the ledger: a hold, an order that came in between. */
  readonly refused: number;
  /** Could not be finished now; the next run goes on. */
  readonly failed: number;
}

const scheduled: Actor = { kind: 'system', id: 'retention' };

/** Erases everybody whose retention period is over. `streams` are candidates; whether one is due is the aggregate's to say. */
export async function eraseDue(deps: ErasureDeps, streams: Iterable<string>): Promise<DueErasures> {
  const today = deps.clock().toISOString().slice(0, 10);
  return eraseEach(deps, streams, async (stream) => {
    const by = { actor: scheduled, correlationId: `retention:${today}` };
    const ordered = await execute(deps, stream, { command: 'request-erasure', basis: 'RETENTION_PERIOD_OVER', today }, by);
    return ordered.kind === 'done' || ordered.code === 'ERASED' ? 'ordered' : 'refused';
  });
}

/**
 * Erases again whoever was to be erased: after a crash, and after a backup from before the erasure has been restored.
 * `streams` are those whose history has an ErasureRequested; others are left alone.
 */
export async function reapplyErasures(deps: ErasureDeps, streams: Iterable<string>): Promise<DueErasures> {
  return eraseEach(deps, streams, async (stream) => {
    const recorded = await deps.store.load(stream);
    if (!recorded.some(({ type }) => type === 'ErasureRequested')) return 'refused';
    // Before anything is opened: a key that came back must not be used once more, nor be in the way if it is broken.
    await deps.ledger.destroyKey(stream);
    return 'ordered';
  });
}

/** Every stream of the ledger in which an erasure was ordered; reads the whole ledger. */
export async function orderedErasures({ store }: Pick<Deps, 'store'>): Promise<ReadonlySet<string>> {
  const streams = new Set<string>();
  for await (const batch of store.since('1970-01-01T00:00:00.000Z')) {
    for (const event of batch) if (event.type === 'ErasureRequested') streams.add(event.stream);
  }
  return streams;
}

/** Databases are scrubbed once for all of them: that costs the same for one as for many. */
async function eraseEach(deps: ErasureDeps, streams: Iterable<string>, order: (stream: string) => Promise<'ordered' | 'refused'>): Promise<DueErasures> {
  const erased: string[] = [];
  let refused = 0;
  let failed = 0;
  for (const stream of streams) {
    try {
      if (await order(stream) === 'refused') {
        refused += 1;
        continue;
      }
      await carryOut(deps, stream, scheduled);
      erased.push(stream);
    } catch (error) {
      failed += 1;
      deps.log.warn('an erasure could not be finished and will be tried again', { stream, error: error instanceof Error ? error.name : 'Error' });
    }
  }
  if (erased.length > 0) await deps.scrub(erased);
  return { erased: erased.length, refused, failed };
}
