/** What verification found wrong with one thing. Names what it is and where, never what it says. */
export interface Finding {
  readonly kind: 'altered' | 'missing' | 'added' | 'out_of_order';
  readonly what: 'event' | 'bundle' | 'tile' | 'evidence' | 'checkpoint' | 'anchor';
  /** `stream/version` of an event, path of a tile, bundle or anchor, key of evidence, or `checkpoint`. */
  readonly where: string;
  readonly detail: string;
}

/** What was looked at, so that a clean result says how much it covers. */
export interface Coverage {
  /** Entries in the log. */
  readonly entries: number;
  readonly tiles: number;
  /** Events in the store that are in the log as they are. */
  readonly events: number;
  /** Events so fresh that the sequencer need not have had them yet. */
  readonly pending: number;
  readonly evidence: number;
  readonly evidenceBytes: number;
  /** Evidence of erased applicants that was removed with them. */
  readonly evidenceErased: number;
  /** Evidence that no event names: left by a crash before its event was recorded. */
  readonly evidenceUnreferenced: number;
  readonly anchors: number;
  /** Anchors of witnesses or authorities whose keys were not given. */
  readonly anchorsUnchecked: number;
}

/** A tree that was verified: what the next verification has to be consistent with. */
export interface VerifiedTree {
  readonly size: number;
  /** Lower-case hex. */
  readonly root: string;
}

export interface Verification {
  readonly findings: readonly Finding[];
  /** The signed tree; null when there is no checkpoint to go by. */
  readonly tree: VerifiedTree | null;
  readonly coverage: Coverage;
}
