import { useCallback, useEffect, useRef, useState } from 'react';
import { asApiError, type ApiError } from './problem.ts';

export interface Query<T> {
  /** The last answer; stays while it is fetched anew, so that nothing flickers. */
  readonly data: T | undefined;
  readonly error: ApiError | null;
  readonly loading: boolean;
  /** Fetches again. */
  readonly reload: () => void;
}

/**
 * Fetches when `key` changes (null fetches nothing) and on `reload`; a fetch that is overtaken is aborted.
 *
 *     const queue = useQuery(JSON.stringify(filter), (signal) => get('/reviews', { query: filter, signal }));
 */
export function useQuery<T>(key: string | null, fetcher: (signal: AbortSignal) => Promise<T>): Query<T> {
  const [state, setState] = useState<{ key: string | null; data: T | undefined; error: ApiError | null; loading: boolean }>({ key: null, data: undefined, error: null, loading: key !== null });
  const [round, setRound] = useState(0);
  const latest = useRef(fetcher);
  useEffect(() => {
    latest.current = fetcher;
  });

  useEffect(() => {
    if (key === null) return;
    const ended = new AbortController();
    setState((before) => ({ key, data: before.key === key ? before.data : undefined, error: null, loading: true }));
    const settle = (change: { data?: T; error: ApiError | null }): void => {
      if (!ended.signal.aborted) setState((before) => ({ key, data: 'data' in change ? change.data : before.key === key ? before.data : undefined, error: change.error, loading: false }));
    };
    latest.current(ended.signal).then((data) => settle({ data, error: null }), (thrown: unknown) => settle({ error: asApiError(thrown) }));
    return () => ended.abort();
  }, [key, round]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  const current = state.key === key;
  return { data: current ? state.data : undefined, error: current ? state.error : null, loading: key !== null && (!current || state.loading), reload };
}
