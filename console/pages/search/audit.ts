import { useCallback, useEffect, useRef, useState } from 'react';
import { get, type GetAnswer } from '../../data/client.ts';
import { csvOf } from '../../data/csv.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';

export type Entry = GetAnswer<'/audit'>['entries'][number];
export interface Query {
  readonly text: string | undefined;
  readonly applicant: string | undefined;
  readonly types: string | undefined;
  readonly actorId: string | undefined;
  readonly reason: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const pageSize = 200;
/** More than this is an export's work. */
const mostRows = 100_000;

/** Pages of the audit trail, fetched as the list is scrolled. */
export function useAudit(query: Query): { readonly rows: readonly Entry[]; readonly more: boolean; readonly error: ApiError | null; readonly loading: boolean; readonly next: () => void; readonly reload: () => void } {
  const key = JSON.stringify(query);
  const [state, setState] = useState<{ rows: readonly Entry[]; cursor: string | null; error: ApiError | null; loading: boolean }>({ rows: [], cursor: null, error: null, loading: true });
  const [round, setRound] = useState(0);
  const under = useRef<AbortController | null>(null);

  const fetchPage = useCallback(async (cursor: string | undefined, before: readonly Entry[]): Promise<void> => {
    const ended = new AbortController();
    under.current?.abort();
    under.current = ended;
    setState({ rows: before, cursor: cursor ?? null, error: null, loading: true });
    try {
      const page = await get('/audit', { query: { ...(JSON.parse(key) as Query), limit: pageSize, cursor }, signal: ended.signal });
      if (!ended.signal.aborted) setState({ rows: [...before, ...page.entries], cursor: page.cursor, error: null, loading: false });
    } catch (thrown) {
      if (!ended.signal.aborted) setState({ rows: before, cursor: cursor ?? null, error: asApiError(thrown), loading: false });
    }
  }, [key]);

  useEffect(() => {
    void fetchPage(undefined, []);
    return () => under.current?.abort();
  }, [fetchPage, round]);

  const { rows, cursor, error, loading } = state;
  const next = useCallback(() => {
    if (cursor !== null && !loading && error === null) void fetchPage(cursor, rows);
  }, [cursor, loading, error, rows, fetchPage]);
  return { rows, more: cursor !== null, error, loading, next, reload: () => setRound((count) => count + 1) };
}

/** Every event that fits, newest first; `whole` says whether it ended before 100,000. Throws ApiError. */
export async function fetchAll(query: Query, onProgress: (count: number) => void): Promise<{ readonly entries: readonly Entry[]; readonly whole: boolean }> {
  const all: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page = await get('/audit', { query: { ...query, limit: pageSize, cursor } });
    all.push(...page.entries);
    onProgress(all.length);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && all.length < mostRows);
  return { entries: all, whole: cursor === undefined };
}

export function auditCsv(entries: readonly Entry[]): string {
  return csvOf(
    ['recorded_at', 'occurred_at', 'type', 'stream', 'version', 'actor_kind', 'actor_id', 'reasons', 'summary', 'correlation_id', 'event_id'],
    entries.map((each) => [each.recordedAt, each.occurredAt, each.type, each.stream, each.version, each.actorKind, each.actorId, each.reasons.join(' '), each.summary, each.correlationId, each.eventId]),
  );
}
