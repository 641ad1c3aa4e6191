import type { PolicyVersion } from '../aggregates/policy/policy.ts';
import type { Bus } from '../gateways/bus/port.ts';
import type { DocumentReader } from '../gateways/document-reader/port.ts';
import type { FaceMatcher } from '../gateways/face-matcher/port.ts';
import type { prepareImage } from '../gateways/images/prepare-image.ts';
import type { Messenger } from '../gateways/messenger/port.ts';
import type { Queue } from '../gateways/queue/port.ts';
import type { PendingCallbacks, RegisterCache, RegisterHealth } from '../gateways/records/port.ts';
import type { Registers } from '../gateways/registers/port.ts';
import type { Workflow } from '../gateways/workflow/port.ts';
import type { EventStore } from '../ledger/event-store.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Everything a handler may reach. Time, ids and randomness come in here too, so that tests can hold them still. */
export interface Deps {
  readonly ledger: Ledger;
  readonly store: EventStore;
  readonly prepareImage: typeof prepareImage;
  readonly documentReader: DocumentReader;
  readonly faceMatcher: FaceMatcher;
  readonly registers: Registers;
  readonly pendingCallbacks: PendingCallbacks;
  readonly registerCache: RegisterCache;
  readonly registerHealth: RegisterHealth;
  readonly workflow: Workflow;
  /** doc-scan work: one message per uploaded document or selfie. */
  readonly scanJobs: Queue;
  /** kyc-jobs: one message per applicant whose document and selfie are there. */
  readonly kycJobs: Queue;
  readonly bus: Bus;
  readonly messenger: Messenger;
  readonly numbers: ApplicantNumbers;
  readonly policy: PolicyVersion;
  readonly settings: HandlerSettings;
  readonly clock: () => Date;
  /** A fresh UUIDv7. */
  readonly newId: () => string;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

export interface HandlerSettings {
  /** Base URL under which registers call back, for example `http://127.0.0.1:8080`. */
  readonly callbackBaseUrl: string;
  readonly registerDeadlineMs: number;
  readonly registerCacheMs: number;
  readonly reviewerAddress: string;
  readonly limits: UploadLimits;
}

export interface UploadLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  readonly maxSide: number;
}

/** Hands out applicants' numbers, each once; a number that is handed out and not used is lost, which is harmless. */
export interface ApplicantNumbers {
  next(): Promise<number>;
}

/** Structured log lines. `fields` may carry ids, codes, counts and durations; personal data is refused by type and test. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
