import { useCallback, useEffect, useRef, useState } from 'react';
import { get } from '../../data/client.ts';
import type { ReviewCase } from '../../data/generated.ts';
import { caseChanged, useLive } from '../../data/live.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import type { QueueFilter } from './queue-filter.ts';

export interface Queue {
  /** As many as fit the filter, proposals that wait for a second person first, each part oldest first; holes where nothing has been fetched yet. */
  readonly cases: readonly (ReviewCase | undefined)[] | undefined;
  readonly error: ApiError | null;
  readonly reload: () => void;
  /** These rows are in view: what is missing of them, and of those beside them, is fetched. */
  readonly look: (from: number, to: number) => void;
}

interface State {
  readonly key: string;
  readonly total: number;
  readonly pages: ReadonlyMap<number, readonly ReviewCase[]>;
}

const pageSize = 100;
/** Rows fetched beyond those in view, so that scrolling at a walking pace meets no holes. */
const ahead = 60;
/** A scroll bar that is drawn past a thousand pages asks for the one it stops at. */
const settleMs = 60;
const calmMs = 250;

/** The review queue by filter: the pages that are looked at, and anew when a case changes. */
export function useQueue(filter: QueueFilter): Queue {
  const key = JSON.stringify(filter);
  const [state, setState] = useState<State | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const latest = useRef<{ key: string; state: State | null; view: readonly [number, number]; round: AbortController | null }>({ key, state: null, view: [0, 0], round: null });
  const timers = useRef<{ settle?: ReturnType<typeof setTimeout>; calm?: ReturnType<typeof setTimeout> }>({});

  /** Fetches the pages in view: those that are missing, or all of them; then nothing that is out of view is kept, for it may be old. */
  const load = useCallback(async (wanted: string, anew: boolean): Promise<void> => {
    const { view, state: known } = latest.current;
    const before = known?.key === wanted ? known : null;
    const missing = pagesOf(view, before?.total ?? 1).filter((page) => anew || before?.pages.has(page) !== true);
    if (missing.length === 0) return;
    latest.current.round?.abort();
    const round = new AbortController();
    latest.current = { ...latest.current, key: wanted, round };
    const query = JSON.parse(wanted) as QueueFilter;
    try {
      const answers = await Promise.all(missing.map((page) => get('/reviews', { query: { ...query, limit: pageSize, offset: page * pageSize }, signal: round.signal })));
      if (round.signal.aborted) return;
      const pages = new Map(anew ? [] : before?.pages);
      for (const [index, { cases }] of answers.entries()) pages.set(missing[index] ?? 0, cases);
      latest.current.state = { key: wanted, total: answers.at(-1)?.total ?? 0, pages };
      setState(latest.current.state);
      setError(null);
    } catch (thrown) {
      if (!round.signal.aborted) setError(asApiError(thrown));
    }
  }, []);

  useEffect(() => {
    latest.current.view = [0, 0];
    void load(key, true);
    const { current } = timers;
    return () => {
      clearTimeout(current.settle);
      clearTimeout(current.calm);
      latest.current.round?.abort();
    };
  }, [key, load]);

  useLive((update) => {
    if (update !== 'resumed' && update.type !== caseChanged) return;
    clearTimeout(timers.current.calm);
    timers.current.calm = setTimeout(() => void load(latest.current.key, true), calmMs);
  });

  const look = useCallback((from: number, to: number) => {
    latest.current.view = [from, to];
    clearTimeout(timers.current.settle);
    timers.current.settle = setTimeout(() => void load(latest.current.key, false), settleMs);
  }, [load]);

  const current = state?.key === key ? state : null;
  const reload = useCallback(() => void load(latest.current.key, true), [load]);
  return { cases: current === null ? undefined : spread(current), error, reload, look };
}

/** The numbers of the pages that hold rows `from` to `to` and those a little before and behind. */
export function pagesOf([from, to]: readonly [number, number], total: number): readonly number[] {
  const first = Math.floor(Math.max(0, Math.min(from, total - 1) - ahead) / pageSize);
  const last = Math.floor(Math.max(0, Math.min(to + ahead, total - 1)) / pageSize);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function spread({ total, pages }: State): readonly (ReviewCase | undefined)[] {
  const cases: (ReviewCase | undefined)[] = Array.from({ length: total });
  for (const [page, rows] of pages) for (const [index, row] of rows.entries()) if (page * pageSize + index < total) cases[page * pageSize + index] = row;
  return cases;
}
