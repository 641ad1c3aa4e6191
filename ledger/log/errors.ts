import { LedgerError } from '../errors.ts';

/** Bytes that do not have the form they should have. `what` names the form or the path, never the content. */
export class LogMalformed extends LedgerError {
  override readonly name = 'LogMalformed';
  constructor(what: string, why: string, options?: ErrorOptions) {
    super('LOG_MALFORMED', `${what}: ${why}`, options);
  }
}

/** A note that no known key signed, or that a known key signed wrongly: nothing in it may be believed. */
export class NoteRefused extends LedgerError {
  override readonly name = 'NoteRefused';
  constructor(why: string) {
    super('NOTE_REFUSED', why);
  }
}

/** A proof was asked for something that is not in the tree. */
export class NoSuchProof extends LedgerError {
  override readonly name = 'NoSuchProof';
  constructor(why: string) {
    super('NO_SUCH_PROOF', why);
  }
}

/** A proof that does not hold. */
export class ProofRefused extends LedgerError {
  override readonly name = 'ProofRefused';
  constructor(why: string) {
    super('PROOF_REFUSED', why);
  }
}

/** The event's leaf does not fit an entry bundle, whose lengths have 16 bits. Keep what is big as evidence. */
export class LeafTooLarge extends LedgerError {
  override readonly name = 'LeafTooLarge';
  constructor(where: string, bytes: number, most: number) {
    super('LEAF_TOO_LARGE', `The leaf of ${where} has ${bytes} bytes; at most ${most} fit`);
  }
}

/** Head, tiles, bundles and checkpoint of the log contradict each other. Nothing may be added until somebody has looked. */
export class LogInconsistent extends LedgerError {
  override readonly name = 'LogInconsistent';
  constructor(why: string, options?: ErrorOptions) {
    super('LOG_INCONSISTENT', `${why}. Sequencing stops here; run the verification to see what is altered`, options);
  }
}

/** This sequencer may not go on, because another one has taken its place or it was closed. The other one loses nothing. */
export class SequencerReplaced extends LedgerError {
  override readonly name = 'SequencerReplaced';
  constructor(why: string, options?: ErrorOptions) {
    super('SEQUENCER_REPLACED', `${why}; this sequencer writes no more`, options);
  }
}

/** A time-stamp that does not vouch for these bytes under a trusted authority. */
export class TimestampRefused extends LedgerError {
  override readonly name = 'TimestampRefused';
  constructor(why: string, options?: ErrorOptions) {
    super('TIMESTAMP_REFUSED', why, options);
  }
}

/** A witness or time-stamping authority did not give what was asked for. */
export class AnchorRefused extends LedgerError {
  override readonly name = 'AnchorRefused';
  constructor(who: string, why: string, options?: ErrorOptions) {
    super('ANCHOR_REFUSED', `${who}: ${why}`, options);
  }
}
