import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { get } from '../../data/client.ts';
import type { HistoryEvent } from '../../data/generated.ts';
import { caseChanged, useLive } from '../../data/live.ts';
import { useQuery, type Query } from '../../data/use-query.ts';
import { factsOf, quietEvents, seenUpTo, type CaseAnswer, type CaseFacts } from './case-facts.ts';

export interface OpenCase {
  readonly query: Query<CaseAnswer>;
  readonly facts: CaseFacts | null;
  /** Personal data are on the screen. */
  readonly revealed: boolean;
  readonly reveal: () => void;
  readonly hide: () => void;
  /** Last version that was looked at: what a judgement rests on. */
  readonly seen: number;
  /** What others added since; a judgement has to wait until it was looked at. */
  readonly unseen: readonly HistoryEvent[];
  readonly lookAgain: () => void;
}

/** A case by id, kept current; personal data only once they are asked for, which the API records. */
export function useCase(id: string, subject: string): OpenCase {
  const [revealed, setRevealed] = useState(false);
  const query = useQuery<CaseAnswer>(`${id}|${revealed ? 'personal' : 'plain'}`, (signal) => get('/reviews/{id}', { params: { id }, query: { personal: revealed ? 'true' : 'false' }, signal }));
  // While one of the two is fetched, the other stays on the screen.
  const last = useRef<{ id: string; answer: CaseAnswer; revealed: boolean } | null>(null);
  if (query.data !== undefined) last.current = { id, answer: query.data, revealed };
  const shown = last.current?.id === id && (revealed || !last.current.revealed) ? last.current : null;
  const answer = query.data ?? shown?.answer;
  const facts = useMemo(() => (answer === undefined ? null : factsOf(answer)), [answer]);

  const [looked, setLooked] = useState<{ id: string; version: number } | null>(null);
  const version = answer?.status.version ?? 0;
  useEffect(() => {
    if (version > 0) setLooked((before) => (before?.id === id ? before : { id, version }));
  }, [id, version]);
  const seen = looked?.id === id && answer !== undefined ? seenUpTo(answer.events, looked.version, subject) : version;
  const unseen = useMemo(() => answer?.events.filter((event) => event.version > seen && !quietEvents.has(event.type)) ?? [], [answer, seen]);

  const { reload } = query;
  useLive((update) => {
    if (update === 'resumed' || (update.type === caseChanged && update.subject === `applicant-${id}`)) reload();
  });

  // Asked for already, and refused: asking again is trying again.
  const reveal = useCallback(() => (revealed ? reload() : setRevealed(true)), [revealed, reload]);
  const hide = useCallback(() => setRevealed(false), []);
  const lookAgain = useCallback(() => setLooked({ id, version }), [id, version]);
  return { query: { ...query, data: answer }, facts, revealed: revealed && query.data !== undefined, reveal, hide, seen, unseen, lookAgain };
}
