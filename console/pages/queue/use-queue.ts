import { useCallback, useEffect, useRef, useState } from 'react';
import { get } from '../../data/client.ts';
import type { Operations, ReviewCase } from '../../data/generated.ts';
import { caseChanged, useLive } from '../../data/live.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';

export type QueueFilter = Omit<Operations['GET /reviews']['query'], 'cursor' | 'limit' | 'awaitsSecond'> & { readonly secondOnly: boolean };

export interface Queue {
  /** Proposals that wait for a second person first, then the others, each oldest first. */
  readonly cases: readonly ReviewCase[] | undefined;
  readonly complete: boolean;
  readonly error: ApiError | null;
  readonly loading: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

interface State {
  readonly key: string;
  readonly seconds: readonly ReviewCase[];
  readonly others: readonly ReviewCase[];
  readonly cursor: string | null;
}

const pageSize = 200;
/** As many rows are fetched anew when something happens; below them, the list stays as it was read. */
const freshRows = 600;
const calmMs = 250;

/** The review queue by filter: a page at a time, and anew when a case changes. */
export function useQueue(filter: QueueFilter): Queue {
  const key = JSON.stringify(filter);
  const [state, setState] = useState<State | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [loading, setLoading] = useState(true);
  const latest = useRef<{ key: string; state: State | null; round: AbortController | null }>({ key, state: null, round: null });

  const load = useCallback(async (wanted: string) => {
    latest.current.round?.abort();
    const round = new AbortController();
    latest.current = { ...latest.current, key: wanted, round };
    const { secondOnly, ...query }: QueueFilter = JSON.parse(wanted) as QueueFilter;
    setLoading(true);
    try {
      const before = latest.current.state?.key === wanted ? latest.current.state : null;
      const [seconds, first] = await Promise.all([
        get('/reviews', { query: { ...query, awaitsSecond: 'true', limit: pageSize }, signal: round.signal }),
        secondOnly ? { cases: [], cursor: null } : get('/reviews', { query: { ...query, awaitsSecond: 'false', limit: pageSize }, signal: round.signal }),
      ]);
      let others = [...first.cases];
      let { cursor } = first;
      const enough = Math.min(freshRows, before?.others.length ?? 0);
      while (cursor !== null && others.length < enough) {
        const next = await get('/reviews', { query: { ...query, awaitsSecond: 'false', limit: pageSize, cursor }, signal: round.signal });
        others = [...others, ...next.cases];
        cursor = next.cursor;
      }
      if (before !== null && before.others.length > freshRows && cursor !== null) {
        const fresh = new Set(others.map(({ id }) => id));
        others = [...others, ...before.others.slice(others.length).filter(({ id }) => !fresh.has(id))];
        cursor = before.cursor;
      }
      if (round.signal.aborted) return;
      latest.current.state = { key: wanted, seconds: seconds.cases, others, cursor };
      setState(latest.current.state);
      setError(null);
      setLoading(false);
    } catch (thrown) {
      if (round.signal.aborted) return;
      setError(asApiError(thrown));
      setLoading(false);
    }
  }, []);

  useEffect(() => {
    void load(key);
    return () => latest.current.round?.abort();
  }, [key, load]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((update) => {
    if (update !== 'resumed' && update.type !== caseChanged) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void load(latest.current.key), calmMs);
  });

  const more = useRef(false);
  const loadMore = useCallback(() => {
    const { state: current, key: wanted, round } = latest.current;
    if (more.current || current === null || current.cursor === null || current.key !== wanted) return;
    more.current = true;
    const { secondOnly: _all, ...query }: QueueFilter = JSON.parse(wanted) as QueueFilter;
    const fetchPage = async (cursor: string): Promise<void> => {
      try {
        const page = await get('/reviews', { query: { ...query, awaitsSecond: 'false', limit: pageSize, cursor }, ...(round === null ? {} : { signal: round.signal }) });
        const now = latest.current.state;
        if (now === null || now.key !== wanted || now.cursor !== cursor) return;
        latest.current.state = { ...now, others: [...now.others, ...page.cases], cursor: page.cursor };
        setState(latest.current.state);
      } catch {
        // The next scroll asks again; the rows that are there stay.
      } finally {
        more.current = false;
      }
    };
    void fetchPage(current.cursor);
  }, []);

  const current = state?.key === key ? state : null;
  const reload = useCallback(() => void load(latest.current.key), [load]);
  return {
    cases: current === null ? undefined : [...current.seconds, ...current.others],
    complete: current?.cursor === null,
    error, loading, loadMore, reload,
  };
}
