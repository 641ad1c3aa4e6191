/** One event as the audit trail shows it. `_id` is `<stream>:<version>`, so a replay changes nothing. */
export interface AuditEntry {
  readonly id: string;
  readonly eventId: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly correlationId: string;
  /** Reason codes in the event, if any. */
  readonly reasons: readonly string[];
  /** One line in words, nothing personal. */
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface AuditQuery {
  /** Words to look for in summary, type, reasons and data. */
  readonly text?: string;
  readonly stream?: string;
  readonly types?: readonly string[];
  readonly actorId?: string;
  readonly reason?: string;
  /** RFC 3339, from inclusive, to exclusive, on recordedAt. */
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  /** As given by the last page. */
  readonly cursor?: string;
}

export interface AuditIndex {
  put(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first (recordedAt, stream, version). */
  search(query: AuditQuery): Promise<{ readonly entries: readonly AuditEntry[]; readonly cursor: string | null }>;
  /** Removes the entries of a stream (erasure asks for it where data was indexed). */
  removeStream(stream: string): Promise<void>;
}
