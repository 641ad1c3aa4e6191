import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { newestPolicy, policyOf } from '../../../aggregates/policy/policies.ts';
import type { Role } from '../../../api/access-policy.ts';
import { createApi } from '../../../api/app.ts';
import type { ApiDeps, ApiHandlers, ApiSettings } from '../../../api/deps.ts';
import { MemoryRateLimiter } from '../../../api/http/rate-limit.ts';
import { MemoryIdempotencyStore } from '../../../api/idempotency/memory-store.ts';
import { MemorySessionStore } from '../../../api/sign-in/memory-session-store.ts';
import { openSession } from '../../../api/sign-in/sign-in.ts';
import { receiveToDisk } from '../../../api/uploads/receive-to-disk.ts';
import type { LedgerEvent } from '../../../events/read.ts';
import type { AuditQuery } from '../../../gateways/audit-index/port.ts';
import type { Notification } from '../../../gateways/messenger/port.ts';
import type { ApplicantStatus } from '../../../handlers/status.ts';
import type { LogFields } from '../../../handlers/deps.ts';
import type { NewEvent } from '../../../ledger/ledger.ts';
import { serveLog } from '../../../ledger/log/serve-log.ts';

export const applicantId = '0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e1f';
export const otherApplicant = '0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e20';
const publicUrl = 'http://kyc.test';

const folder = mkdtempSync(join(tmpdir(), 'kyc-api-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface LogLine { readonly level: string; readonly message: string; readonly fields: LogFields }
type HandlerCall = { readonly handler: string; readonly command: unknown };

/** The API with stand-ins behind it: what reaches a handler is kept in `calls`, what it answers is in `answers`. */
export function makeWorld(overrides: { settings?: Partial<ApiSettings>; deps?: Partial<ApiDeps> } = {}) {
  let now = new Date('2026-11-22T12:00:00.000Z');
  const log: LogLine[] = [];
  const line = (level: string) => (message: string, fields: LogFields = {}): void => void log.push({ level, message, fields });
  const streams = new Map<string, LedgerEvent[]>();
  const evidence = new Map<string, Uint8Array>();
  const calls: HandlerCall[] = [];
  const answers: Partial<Record<keyof ApiHandlers, unknown>> = {};
  const notifications: Notification[] = [];
  const audited: AuditQuery[] = [];
  const uploads = join(folder, randomUUID());
  mkdirSync(uploads);
  const done = { kind: 'done', version: 2 };
  const defaults: Record<keyof ApiHandlers, unknown> = {
    registerApplicant: { kind: 'done', version: 1 },
    recordConsent: done,
    uploadImage: done,
    registerCallback: { kind: 'accepted' },
    claimReview: done,
    releaseReview: done,
    noteReview: done,
    reviewCase: { ...done, outcome: 'decided' },
    secondReview: { ...done, outcome: 'decided' },
    lodgeAppeal: done,
    applicantStatus: statusExample,
    applicantHistory: [],
  };
  const handler = (name: keyof ApiHandlers) => async (command: unknown): Promise<unknown> => {
    calls.push({ handler: name, command });
    const answer = name in answers ? answers[name] : defaults[name];
    return typeof answer === 'function' ? (answer as (command: unknown) => unknown)(command) : answer;
  };

  const deps: ApiDeps = {
    clock: () => now,
    newId: () => randomUUID(),
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    ledger: {
      async append(stream: string, expected: number, events: readonly NewEvent[]) {
        const kept = streams.get(stream) ?? [];
        if (kept.length !== expected) return { kind: 'conflict' as const, since: kept.slice(expected) };
        const added = events.map(({ id, event, context }, index) => ({
          ...event, ...context, id, stream, version: expected + index + 1, recordedAt: now.toISOString(),
        })) as LedgerEvent[];
        streams.set(stream, [...kept, ...added]);
        return { kind: 'appended' as const, events: added };
      },
      async load(stream, range = {}) {
        return (streams.get(stream) ?? []).filter(({ version }) => version >= (range.from ?? 1) && version <= (range.to ?? Infinity));
      },
      async readEvidence(_stream, ref) {
        const bytes = evidence.get(ref.key);
        if (bytes === undefined) throw Object.assign(new Error('missing'), { code: 'EVIDENCE_MISSING' });
        return bytes;
      },
    },
    handlers: Object.fromEntries((Object.keys(defaults) as (keyof ApiHandlers)[]).map((name) => [name, handler(name)])) as unknown as ApiHandlers,
    queries: {
      reviewQueue: async () => ({ cases: [reviewCase], cursor: null, total: 1 }),
      applicants: async () => ({ applicants: [], cursor: null }),
      numbers: async () => ({ waiting: 1 }),
      figures: async () => [{ id: 'reasons', says: 'How often.', sql: 'SELECT 1', rows: [{ reason: 'MRZ_INVALID', decisions: 1 }] }],
    },
    audit: {
      async search(query) {
        audited.push(query);
        return { entries: [], cursor: null };
      },
    },
    operations: { remind: async () => ({ looked: 3, reminded: 1, expired: 1, failed: 0 }) },
    live: {
      async *subscribe({ filter, signal }) {
        let next = 0;
        while (!signal.aborted) {
          for (; next < notifications.length; next += 1) {
            const notification = notifications[next];
            if (notification !== undefined && filter(notification)) yield notification;
          }
          await new Promise((resolve) => { setTimeout(resolve, 5); });
        }
      },
    },
    retention: {
      end: async () => ({ ...done, kind: 'done', dueOn: '2031-11-22' }),
      hold: async () => ({ kind: 'done', version: 2 }),
      release: async () => ({ kind: 'done', version: 2 }),
      erase: async () => ({ kind: 'done', version: 2, purged: { emails: 1 } }),
      reapply: async () => ({ erased: 0, failed: 0 }),
      due: async () => [],
    },
    tablesAsOf: {
      read: async (table, moment) => {
        if (table !== 'users') return { kind: 'no_such_table' };
        if ('index' in moment && moment.index > 40) return { kind: 'index_too_large', size: 40 };
        return { kind: 'rows', columns: ['id'], rows: (async function* () { yield ['index' in moment ? String(moment.index) : '1']; })() };
      },
    },
    transparency: { verifierKey: 'kyc.test/log+0a0b0c0d+AQAA', indexOf: async (stream, version) => (stream === `applicant-${applicantId}` && version === 1 ? 41 : null), file: serveLog({ get: async (path) => (path === 'checkpoint' ? Buffer.from('kyc.test/log\n') : path === 'tile/0/x001/067' ? Buffer.alloc(8192) : null) }) },
    policyLab: {
      inUse: policyOf(newestPolicy),
      backtest: async () => ({ decisions: 2, changed: [], otherReasons: 0, outcomes: [{ was: 'PASS', becomes: 'PASS', count: 2 }], reasons: [] }),
    },
    exports: {
      make: async (request) => {
        calls.push({ handler: 'export', command: request });
        return {
          kind: 'done' as const, exportId: '0193b1f2-7c1e-4c7a-9d8e-2a4b6c8d0eff', applicants: 1, events: 12, treeSize: 40,
          manifestSha256: 'ab'.repeat(32), bytes: 3, expiresAt: '2026-11-22T13:00:00.000Z',
        };
      },
      state: async () => null,
      read: async (exportId) => (exportId === '0193b1f2-7c1e-4c7a-9d8e-2a4b6c8d0eff' ? { fileName: 'kyc-export.zip', bytes: 3, body: new Blob(['zip']).stream() } : null),
    },
    sessions: new MemorySessionStore(),
    staffSignIn: null,
    idempotency: new MemoryIdempotencyStore(),
    rateLimiter: new MemoryRateLimiter(),
    receiveUpload: receiveToDisk(uploads),
    liveCaptures: null,
    ready: async () => [{ part: 'store', ok: true }],
    settings: {
      publicUrl, linkLifetimeMs: 600_000, sessionLifetimeMs: 3_600_000, maxUploadBytes: 100_000, heartbeatMs: 20,
      limits: { session: 10_000, signIn: 1000, callback: 1000 },
      ...overrides.settings,
    },
    ...overrides.deps,
  };
  const api = createApi(deps);

  /** Bearer header for a fresh session of `role`; an applicant's is bound to `applicantId`. */
  async function as(role: Role, subject = role === 'applicant' ? applicantId : `${role.replace('_', '-')}-1`): Promise<Record<string, string>> {
    return { authorization: `Bearer ${(await openSession(deps, { role, subject })).secret}` };
  }

  async function send(method: string, path: string, options: { as?: Role; headers?: Record<string, string>; json?: unknown; body?: FormData | string | Uint8Array<ArrayBuffer> } = {}): Promise<Response> {
    const headers = {
      ...(options.as === undefined ? {} : await as(options.as)),
      ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    };
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const target = path.startsWith('/api') || path.startsWith('/log/') || path === '/openapi.json' || path === '/health' ? path : `/api/v1${path}`;
    return api.request(`${publicUrl}${target}`, { method, headers, ...(body === undefined ? {} : { body }) });
  }

  return {
    api, deps, log, streams, evidence, calls, answers, notifications, audited, uploads, send, as,
    /** Makes the clock show a later moment. */
    later(ms: number): void { now = new Date(now.getTime() + ms); },
    /** The commands that reached one handler. */
    commands: (name: keyof ApiHandlers): unknown[] => calls.filter((call) => call.handler === name).map(({ command }) => command),
  };
}
export type World = ReturnType<typeof makeWorld>;

export const statusExample: ApplicantStatus = {
  version: 7,
  number: 12,
  registerType: 'GMC',
  registeredAt: '2026-11-22T11:00:00.000Z',
  status: 'REVIEW',
  stage: 'awaiting_review',
  consent: 'given',
  document: { version: 3, type: 'passport', expired: false },
  selfie: { version: 4 },
  decision: {
    version: 7, outcome: 'MANUAL_REVIEW', reasons: ['DOCUMENT_USED_BY_ANOTHER_APPLICANT'], notes: ['LIVENESS_NOT_PERFORMED'],
    decidedAt: '2026-11-22T11:05:00.000Z', by: 'policy', published: true,
  },
  claimedBy: null,
  openProposal: null,
  appealOpen: false,
  erased: false,
};

export const reviewCase = {
  id: applicantId, number: 12, registerType: 'GMC' as const, reasons: ['FACE_TOO_DIFFERENT'], since: '2026-11-22T11:05:00.000Z',
  claimedBy: null, awaitsSecond: false, appeal: false, version: 7,
};

export const newApplicant = {
  registerType: 'GMC', registrationNumber: '7012345', email: 'dr.jane@example.com', name: { surname: 'Doe', givenNames: 'Jane Ann' },
};

/** A form with one file. */
export function form(fields: Record<string, string>, file: Uint8Array<ArrayBuffer> = new Uint8Array([1, 2, 3]), fileName = 'photo.jpg'): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([file], { type: 'image/jpeg' }), fileName);
  return data;
}

let next = 0;
/** An event as the ledger gives it. */
export function recorded(version: number, content: object, stream = `applicant-${applicantId}`): LedgerEvent {
  next += 1;
  return {
    id: `0193b1f2-7c1e-7c7a-9d8e-${String(next).padStart(12, '0')}`,
    stream, version, actor: { kind: 'system', id: 'test' },
    occurredAt: '2026-11-22T11:00:00.000Z', recordedAt: `2026-11-22T11:00:0${version % 10}.000Z`,
    correlationId: 'correlation-1', causationId: null,
    ...content,
  } as LedgerEvent;
}
