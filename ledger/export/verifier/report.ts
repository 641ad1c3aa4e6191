import type { LeafEvent } from './event-line.ts';
import type { Statement } from './statement.ts';

/** What is looked at, in the order in which a person would ask. */
export const CHECKS = {
  signature: 'The ledger\'s key signed the checkpoint and the statement about this export',
  files: 'Every file is the one that was signed, none is missing and none was added',
  entries: 'Every event is in the log, at the place its proof says',
  history: 'The log only adds to what it was at the export before this one',
  completeness: 'No event of these records was left out',
  personal: 'The personal fields are the ones that were recorded',
  evidence: 'The evidence is the one that was recorded',
  tables: 'Every row of the tables comes from an event in this bag',
  anchors: 'Witnesses and time-stamps vouch for this log',
} as const;
export type Check = keyof typeof CHECKS;

/** One thing that is wrong: which check, where (a file, or `stream/version`), and what. */
export interface Finding {
  readonly check: Check;
  readonly where: string;
  readonly what: string;
}

/** A verified event with what was disclosed of it. */
export interface VerifiedEvent {
  readonly index: number;
  readonly event: LeafEvent;
  /** null where nothing is sealed, or nothing of it is disclosed. */
  readonly personal: Readonly<Record<string, unknown>> | null;
}

export interface EvidenceFile {
  readonly path: string;
  readonly stream: string;
  readonly version: number;
  readonly mediaType: string;
}

export interface Report {
  /** `unsigned`: nothing is wrong, but this engine cannot verify Ed25519, so the signature is open. */
  readonly verdict: 'verified' | 'refuted' | 'unsigned';
  readonly findings: readonly Finding[];
  /** How much each check looked at, in words; a check without a line had nothing to look at. */
  readonly checked: Readonly<Partial<Record<Check, string>>>;
  /** What a reader should know although it is not wrong. */
  readonly notes: readonly string[];
  /** The verifier key that everything was checked under. */
  readonly key: string | null;
  /** Whoever makes up a ledger puts a key of his own into the bag: only one that the reader brought along tells whose it is. */
  readonly keyFrom: 'reader' | 'bag';
  readonly statement: Statement | null;
  readonly events: readonly VerifiedEvent[];
  /** Evidence whose bytes are in the bag and hold. */
  readonly evidence: readonly EvidenceFile[];
}
