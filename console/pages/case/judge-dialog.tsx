import { useState } from 'react';
import { post } from '../../data/client.ts';
import type { HistoryEvent, Vocabulary } from '../../data/generated.ts';
import { eventWords } from '../../data/event-words.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextArea } from '../../parts/field.tsx';
import { ErrorNote, Note } from '../../parts/states.tsx';

/** What is being judged: an outcome of one's own, or the proposal of a colleague. */
export type Judgement =
  | { readonly kind: 'outcome'; readonly outcome: 'PASS' | 'FAIL'; readonly needsSecond: boolean }
  | { readonly kind: 'second'; readonly approve: boolean; readonly outcome: 'PASS' | 'FAIL' };

export interface Judged {
  readonly words: string;
}

/** Reason and note, both mandatory, and then it is recorded for good. The version decided on is the one that was looked at. */
export function JudgeDialog({ id, number, judgement, seen, unseen, vocabulary, onClose, onDone, onLookAgain }: {
  readonly id: string;
  readonly number: number;
  readonly judgement: Judgement;
  readonly seen: number;
  /** What came in since the case was looked at. */
  readonly unseen: readonly HistoryEvent[];
  readonly vocabulary: Vocabulary | null;
  readonly onClose: () => void;
  readonly onDone: (judged: Judged) => void;
  readonly onLookAgain: () => void;
}) {
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  // One key for this dialog: a repetition after a lost answer is the same judgement.
  const [key] = useState(() => crypto.randomUUID());
  const speaksFor = judgement.kind === 'second' && !judgement.approve ? 'decline' : judgement.outcome;
  const reasons = vocabulary?.reviewReasons.filter((each) => each.speaksFor.includes(speaksFor)) ?? [];
  const ready = reason !== '' && note.trim() !== '';
  const words = wordsOf(judgement, number);

  const submit = async (): Promise<void> => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      const given = { reason, note: note.trim(), seenVersion: seen };
      const done = judgement.kind === 'outcome'
        ? await post('/reviews/{id}/outcome', { params: { id }, body: { outcome: judgement.outcome, ...given }, idempotencyKey: `${key}-${seen}` })
        : await post('/reviews/{id}/second', { params: { id }, body: { approve: judgement.approve, ...given }, idempotencyKey: `${key}-${seen}` });
      onDone({ words: done.outcome === 'proposed' ? `No. ${number}: proposed. A second person has to approve it.` : words.done });
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      title={words.title}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={words.good ? 'good' : 'danger'} type="submit" busy={busy} disabled={!ready} keys="Ctrl ⏎">{words.button}</Button>
        </>
      )}
    >
      {judgement.kind === 'outcome' && judgement.needsSecond ? <Note icon="people">This turns a decision round, so it becomes a proposal: a second person has to approve it.</Note> : null}
      {error === null ? null : <ErrorNote error={error} />}
      {error?.code === 'STALE_VIEW' || unseen.length > 0 ? (
        <Note tone="warn" icon="warning">
          <p>New since you looked: {unseen.length === 0 ? 'something that changes the case.' : `${unseen.map((event) => eventWords(event).title.toLowerCase()).join('; ')}.`}</p>
          <Button size="small" icon="eye" onClick={onLookAgain}>Close and look at it</Button>
        </Note>
      ) : null}
      <fieldset className="reasons">
        <legend>Reason</legend>
        {reasons.map(({ code, words: sentence }) => (
          <label key={code}>
            <input type="radio" name="reason" value={code} checked={reason === code} onChange={() => setReason(code)} />
            <span>{sentence} <code>{code}</code></span>
          </label>
        ))}
      </fieldset>
      <TextArea
        label="Note" hint="What you saw, so that a colleague or an auditor can follow. It is kept sealed with the case."
        value={note} onChange={(event) => setNote(event.target.value)} maxLength={4000} required
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      />
    </Dialog>
  );
}

function wordsOf(judgement: Judgement, number: number): { title: string; button: string; done: string; good: boolean } {
  if (judgement.kind === 'outcome') {
    const pass = judgement.outcome === 'PASS';
    const verb = judgement.needsSecond ? (pass ? 'Propose to approve' : 'Propose to reject') : pass ? 'Approve' : 'Reject';
    return { title: `${verb} no. ${number}`, button: verb, done: `No. ${number} is decided: ${pass ? 'pass' : 'fail'}.`, good: pass };
  }
  return judgement.approve
    ? { title: `Approve the proposal: ${judgement.outcome === 'PASS' ? 'pass' : 'fail'}`, button: 'Approve the proposal', done: `No. ${number} is decided: ${judgement.outcome === 'PASS' ? 'pass' : 'fail'}.`, good: true }
    : { title: 'Decline the proposal', button: 'Decline', done: `The proposal on no. ${number} is declined.`, good: false };
}
