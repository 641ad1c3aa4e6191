import type { RegisterOutcome, RegisterType } from '../../events/vocabulary.ts';

/** A callback that is awaited. Kept server-side; the token itself is kept nowhere, its hash is in the ledger. */
export interface PendingCallback {
  readonly requestId: string;
  readonly stream: string;
  readonly startVersion: number;
  readonly register: RegisterType;
  readonly runId: string | null;
  readonly taskToken: string | null;
  readonly tokenHash: string;
  /** RFC 3339; the sweeper asks after it. */
  readonly deadline: string;
}

export interface PendingCallbacks {
  put(pending: PendingCallback): Promise<void>;
  get(requestId: string): Promise<PendingCallback | null>;
  /** Every callback whose deadline lies before `now` (RFC 3339). */
  due(now: string): Promise<readonly PendingCallback[]>;
  remove(requestId: string): Promise<void>;
}

/**
 * Where a recent answer of a register can be found again, so that the same number is not asked twice a day.
 * Holds no answer itself: it points at the RegisterChecked event that does, so erasing that subject empties the cache.
 */
export interface RegisterCache {
  /** null when there is none or it has expired at `now` (RFC 3339). `key` is a keyed hash of register and number. */
  get(key: string, now: string): Promise<CachedAnswer | null>;
  put(key: string, answer: CachedAnswer): Promise<void>;
  /** Removes every pointer to this stream (erasure). Answers how many there were. */
  removeStream(stream: string): Promise<number>;
}

export interface CachedAnswer {
  readonly stream: string;
  /** Version of the RegisterChecked event in that stream. */
  readonly version: number;
  readonly fetchedAt: string;
  readonly expiresAt: string;
}

/** Features at the decision beside the human outcome: what a later policy can learn from. Nothing personal. */
export interface ReviewFeedback {
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

export interface ReviewFeedbackStore {
  put(feedback: ReviewFeedback): Promise<void>;
  all(): AsyncIterable<ReviewFeedback>;
}

export interface NotedAnswer {
  readonly requestId: string;
  readonly outcome: RegisterOutcome;
  /** RFC 3339. */
  readonly at: string;
}

/** What the registers' latest answers amounted to, so that a register whose answers nobody can read any more is paused. */
export interface RegisterHealth {
  /** Noting the same request again changes nothing. */
  note(register: RegisterType, answer: NotedAnswer): Promise<void>;
  /** The latest answers, oldest first, five at most. */
  latest(register: RegisterType): Promise<readonly NotedAnswer[]>;
}

/** Whose a live-capture session is. Kept server-side: what the browser says of it is never believed. */
export interface CaptureSession {
  readonly stream: string;
  /** Version of the ConsentRecorded event under which it was begun. */
  readonly consentVersion: number;
  /** RFC 3339. */
  readonly expiresAt: string;
}

export interface CaptureSessions {
  /** Answers what is remembered: an earlier one stays as it is. */
  remember(sessionId: string, session: CaptureSession): Promise<CaptureSession>;
  get(sessionId: string): Promise<CaptureSession | null>;
}
