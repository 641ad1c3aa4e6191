import type { RegisterType } from '../../events/vocabulary.ts';

export interface RegisterLookup {
  readonly requestId: string;
  readonly register: RegisterType;
  readonly registrationNumber: string;
  /** Where the answer is to be announced, and the one-time token to bring along (header `X-Kyc-Callback-Token`). */
  readonly callbackUrl: string;
  readonly callbackToken: string;
}

/** One run of a scraper. `READY | RUNNING | TIMING-OUT | ABORTING` are on their way; the others are final. */
export interface RegisterRun {
  readonly runId: string;
  /** The actor's name. */
  readonly actor: string;
  readonly status: 'READY' | 'RUNNING' | 'TIMING-OUT' | 'ABORTING' | 'SUCCEEDED' | 'FAILED' | 'TIMED-OUT' | 'ABORTED';
  /** What the run was started for; a callback that names another run is a forgery. */
  readonly requestId: string | null;
  readonly finishedAt: string | null;
}

/** What one actor's output says, in the product's terms; made by the actor's mapper. */
export interface RegisterAnswer {
  readonly kind: 'entry' | 'not_found' | 'unreadable';
  readonly registrationNumber: string | null;
  readonly registeredName: { readonly surname: string; readonly givenNames: string } | null;
  readonly formerNames: readonly { readonly surname: string; readonly givenNames: string }[];
  /** The register's own words for status and profession, verbatim. */
  readonly statusWording: string | null;
  readonly profession: string | null;
  /** The first item as it came, or the whole answer when there was none. JSON object. */
  readonly response: Readonly<Record<string, unknown>>;
  /** The answer's bytes as fetched, for evidence. */
  readonly bytes: Uint8Array;
}

export interface Registers {
  /** For example `apify` or `directory`. */
  readonly provider: string;
  /** Starts a lookup; answers at once. Starting the same requestId again answers the same run. Throws ServiceUnavailable. */
  start(lookup: RegisterLookup): Promise<{ runId: string }>;
  /** The run as the provider knows it (never as a callback claims), or null. */
  run(runId: string): Promise<RegisterRun | null>;
  /** The output of a SUCCEEDED run, mapped. */
  answer(runId: string): Promise<RegisterAnswer>;
}
