import type { Context } from 'hono';
import type { BacktestResult } from '../aggregates/policy/backtest.ts';
import type { PolicyVersion } from '../aggregates/policy/policy.ts';
import type { Actor } from '../events/envelope.ts';
import type { LedgerEvent } from '../events/read.ts';
import type { DocumentType, PersonName, RegisterType, ReviewOutcome } from '../events/vocabulary.ts';
import type { AuditIndex } from '../gateways/audit-index/port.ts';
import type { Notification } from '../gateways/messenger/port.ts';
import type { IdentityProvider } from '../gateways/sign-in/port.ts';
import type { BacktestWatch } from '../handlers/backtest-policy.ts';
import type { Deps } from '../handlers/deps.ts';
import type { Refused } from '../handlers/execute.ts';
import type { Exported, ExportRequest } from '../handlers/export.ts';
import type { ApplicantStatus } from '../handlers/status.ts';
import type { LogAnswer } from '../ledger/log/serve-log.ts';
import type { IdempotencyStore } from './idempotency/store.ts';
import type { RateLimiter } from './http/rate-limit.ts';
import type { SessionStore } from './sign-in/session-store.ts';
import type { CaptureOpened } from '../handlers/live-capture.ts';
import type { ReceiveUpload } from './uploads/upload.ts';

/** Everything the HTTP surface reaches. Narrow, so that a test can stand in for each part. */
export interface ApiDeps extends Pick<Deps, 'clock' | 'newId' | 'random' | 'log'> {
  readonly ledger: Pick<Deps['ledger'], 'append' | 'load' | 'readEvidence'>;
  readonly handlers: ApiHandlers;
  readonly queries: ApiQueries;
  readonly audit: Pick<AuditIndex, 'search'>;
  readonly live: LiveUpdates;
  readonly operations: Operations;
  readonly retention: RetentionOperations;
  readonly tablesAsOf: TablesAsOf;
  readonly exports: ExportOperations;
  readonly transparency: Transparency;
  readonly policyLab: PolicyLab;
  readonly sessions: SessionStore;
  /** Where staff sign in; null where links alone are offered. */
  readonly staffSignIn: IdentityProvider | null;
  readonly idempotency: IdempotencyStore;
  readonly rateLimiter: RateLimiter;
  readonly receiveUpload: ReceiveUpload;
  /** null where no service for live captures is set. */
  readonly liveCaptures: LiveCaptureOperations | null;
  /** Can the platform work? Each part by name. */
  readonly ready: () => Promise<readonly { readonly part: string; readonly ok: boolean }[]>;
  readonly settings: ApiSettings;
}

export interface ApiSettings {
  /** Scheme, host and port that browsers see, for example `http://127.0.0.1:8080`. */
  readonly publicUrl: string;
  readonly linkLifetimeMs: number;
  readonly sessionLifetimeMs: number;
  readonly maxUploadBytes: number;
  /** Requests a minute: one session, one client address at sign-in, one register request's callbacks. */
  readonly limits: { readonly session: number; readonly signIn: number; readonly callback: number };
  readonly heartbeatMs: number;
  /** How long a case may wait for a person before it counts as overdue; default 24. */
  readonly reviewTargetHours?: number;
  /** The client's network address, where the platform knows it; keys the limit on sign-in. */
  readonly clientAddress?: (c: Context) => string | undefined;
}

interface By {
  readonly actor: Actor;
  readonly correlationId: string;
}

/** The answer of a command: recorded (with the version it brought the stream to), or a refusal as a value. */
export type CommandAnswer<Extra = unknown> =
  | ({ readonly kind: 'done'; readonly version: number } & Extra)
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** handlers/, with their dependencies already given. */
export interface ApiHandlers {
  registerApplicant(command: By & {
    readonly applicantId: string;
    readonly registerType: RegisterType;
    readonly registrationNumber: string;
    readonly email: string;
    readonly name: PersonName | null;
  }): Promise<CommandAnswer>;
  recordConsent(command: By & { readonly stream: string; readonly given: boolean; readonly textVersion: string }): Promise<CommandAnswer>;
  uploadImage(command: By & {
    readonly stream: string;
    readonly kind: 'document' | 'selfie';
    readonly documentType?: DocumentType;
    /** Path of the received bytes; read once, never moved. */
    readonly file: string;
    readonly fileName: string;
    readonly declaredMediaType: string;
  }): Promise<CommandAnswer>;
  registerCallback(callback: { readonly requestId: string; readonly token: string; readonly payload: unknown }): Promise<
    | { readonly kind: 'accepted' | 'repeated' }
    | { readonly kind: 'refused'; readonly code: string }
  >;
  claimReview(command: By & { readonly stream: string }): Promise<CommandAnswer>;
  releaseReview(command: By & { readonly stream: string }): Promise<CommandAnswer>;
  noteReview(command: By & { readonly stream: string; readonly note: string }): Promise<CommandAnswer>;
  reviewCase(command: By & {
    readonly stream: string;
    readonly outcome: ReviewOutcome;
    readonly reason: string;
    readonly note: string;
    readonly seenVersion: number;
  }): Promise<CommandAnswer<{ readonly outcome: 'decided' | 'proposed' }>>;
  secondReview(command: By & {
    readonly stream: string;
    readonly approve: boolean;
    readonly reason: string;
    readonly note: string;
    readonly seenVersion: number;
  }): Promise<CommandAnswer<{ readonly outcome: 'decided' | 'declined' }>>;
  lodgeAppeal(command: By & { readonly stream: string; readonly statement: string }): Promise<CommandAnswer>;
  /** null for an applicant who is not there. */
  applicantStatus(stream: string): Promise<ApplicantStatus | null>;
  /** Empty for an applicant who is not there. */
  applicantHistory(stream: string): Promise<readonly LedgerEvent[]>;
}

/** A capture before the camera that a service judges while it is made. */
export interface LiveCaptureOperations {
  open(command: { readonly stream: string; readonly token: string }): Promise<CaptureOpened>;
  take(command: By & { readonly stream: string; readonly sessionId: string }): Promise<CommandAnswer>;
}

/** How long records are kept, and their end. */
export interface RetentionOperations {
  end(command: By & { readonly stream: string; readonly endedOn: string; readonly reason: string }): Promise<CommandAnswer<{ readonly dueOn: string }>>;
  hold(command: By & Hold): Promise<CommandAnswer>;
  release(command: By & Hold): Promise<CommandAnswer>;
  /** `purged` says how many things each store had. */
  erase(command: By & { readonly stream: string; readonly basis: string }): Promise<CommandAnswer<{ readonly purged: Readonly<Record<string, number>> }>>;
  /** Erases again whoever was to be erased, by the whole ledger: after a backup has been restored. */
  reapply(): Promise<{ readonly erased: number; readonly failed: number }>;
  /** Whose data fall due on or before a day (YYYY-MM-DD) and may be erased. */
  due(on: string): Promise<readonly { readonly stream: string; readonly dueOn: string; readonly retentionPolicy: string }[]>;
}

interface Hold {
  readonly stream: string;
  readonly holdId: string;
  readonly basis: string;
  readonly note: string;
}

/** The relational tables as they were; personal columns are not among those shown. */
export interface TablesAsOf {
  /** Rows as JSON values, in the order of the columns. */
  read(table: string, moment: TableMoment): Promise<TableThen>;
}

/** What had been recorded by a time (RFC 3339 in UTC), or the first so many events of the ledger's global order. */
export type TableMoment = { readonly time: string } | { readonly index: number };

export type TableThen =
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly rows: AsyncIterable<readonly unknown[]> }
  | { readonly kind: 'no_such_table' }
  /** The ledger has only so many events so far. */
  | { readonly kind: 'index_too_large'; readonly size: number };

/** Bags for auditors and regulators. */
export interface ExportOperations {
  /** Makes a bag, records that it was made, and keeps it for a while. */
  make(request: ExportRequest): Promise<ExportAnswer>;
  /** How it stands, for the one who asked for it; null when there is none, or none any more. */
  state(exportId: string, actor: Actor): Promise<ExportAnswer | null>;
  /** The zip archive, for the one who had it made; null when there is none, or none any more. */
  read(exportId: string, actor: Actor): Promise<KeptBag | null>;
}

export type MadeExport = Omit<Extract<Exported, { kind: 'done' }>, 'applicantStreams'> & { readonly bytes: number; readonly expiresAt: string };
/** `making`: it takes longer than an answer may; `state` says when it is done. */
export type ExportAnswer = Refused | MadeExport | { readonly kind: 'making'; readonly exportId: string };
/** The archive itself, or a short-lived address at which it is. */
export type KeptBag = { readonly fileName: string; readonly bytes: number; readonly body: ReadableStream<Uint8Array> } | { readonly address: string };

/** Policies tried on the past. */
export interface PolicyLab {
  readonly inUse: PolicyVersion;
  backtest(policy: PolicyVersion, watch?: BacktestWatch): Promise<BacktestResult>;
}

/** What a verifier needs beside the log's own files. */
export interface Transparency {
  /** C2SP verifier key of the log's checkpoints. */
  readonly verifierKey: string;
  /** Index of an event in the log; null while it is not in. */
  indexOf(stream: string, version: number): Promise<number | null>;
  /** A file of the log by its path below `/log/`. */
  file(path: string): Promise<LogAnswer>;
}

/** Questions to the relational read model; rows carry nothing personal. */
export interface ApiQueries {
  reviewQueue(query: {
    readonly registerType?: RegisterType;
    readonly reason?: string;
    readonly claimedBy?: string | null;
    readonly awaitsSecond?: boolean;
    readonly after?: string;
    readonly limit: number;
    readonly cursor?: string;
    readonly offset?: number;
  }): Promise<{ readonly cases: readonly ReviewCase[]; readonly cursor: string | null; readonly total: number }>;
  applicants(query: {
    readonly registerType?: RegisterType;
    readonly status?: ApplicantStatus['status'];
    /** Words of a name, an e-mail address, a registration number. */
    readonly search?: string;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ readonly applicants: readonly ApplicantRow[]; readonly cursor: string | null }>;
  numbers(): Promise<Readonly<Record<string, unknown>>>;
  /** The dashboard's figures with the SQL that made them. */
  figures(): Promise<readonly { readonly id: string; readonly says: string; readonly sql: string; readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[] }[]>;
}

export interface ReviewCase {
  readonly id: string;
  readonly number: number;
  readonly registerType: RegisterType;
  readonly reasons: readonly string[];
  /** RFC 3339: since when the case waits. */
  readonly since: string;
  readonly claimedBy: string | null;
  readonly awaitsSecond: boolean;
  readonly appeal: boolean;
  readonly version: number;
}

export interface ApplicantRow {
  readonly id: string;
  readonly number: number;
  readonly registerType: RegisterType;
  readonly status: ApplicantStatus['status'];
  readonly registeredAt: string;
}

/** What operators set going by hand that otherwise happens by the clock. */
export interface Operations {
  remind(): Promise<{ readonly looked: number; readonly reminded: number; readonly expired: number; readonly failed: number }>;
}

/** Notifications as they happen. `subject` is the applicant's stream. */
export interface LiveUpdates {
  subscribe(options: {
    readonly filter: (notification: Notification) => boolean;
    /** What came after this notification is sent first, as far as it is still kept. */
    readonly lastEventId?: string;
    readonly signal: AbortSignal;
  }): AsyncIterable<Notification>;
}
