import { useRef, useState } from 'react';
import { post } from '../../data/client.ts';
import type { StaffView } from '../../data/generated.ts';
import { outcomeTone, outcomeWords } from '../../data/event-words.ts';
import { asApiError } from '../../data/problem.ts';
import { registerNames, registerShort, useWords } from '../../data/vocabulary.ts';
import type { PageProps } from '../../pages.ts';
import { Button } from '../../parts/button.tsx';
import { Chip } from '../../parts/chip.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useKeys } from '../../parts/keys.tsx';
import type { PhotoHandle } from '../../parts/photo.tsx';
import { ErrorNote, ErrorState, Loading, Note } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import { Link, navigate, useSearch } from '../../router.tsx';
import { useMe } from '../../session.tsx';
import type { CaseFacts } from './case-facts.ts';
import { EvidencePanel } from './evidence-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { IdentityPanel, RegisterPanel } from './identity-panel.tsx';
import { JudgeDialog, type Judgement } from './judge-dialog.tsx';
import { nextCase } from './next-case.ts';
import { NoteDialog } from './note-dialog.tsx';
import { RulesPanel } from './rules-panel.tsx';
import { StandingPanel } from './standing-panel.tsx';
import { useCase, type OpenCase } from './use-case.ts';
import './case.css';

/** One case: all that is known of it, and what a reviewer can do with it. */
export function Page({ params: { id = '' } }: PageProps) {
  const me = useMe();
  const open = useCase(id, me.subject);
  const { data, error, reload } = open.query;
  if (data === undefined || open.facts === null) {
    return <div className="page">{error === null ? <><h1 className="visually-hidden">Case</h1><Loading what="Opening the case" /></> : <ErrorState page error={error} onRetry={reload} />}</div>;
  }
  return <Case key={id} id={id} open={open} status={data.status} facts={open.facts} />;
}

function Case({ id, open, status, facts }: { readonly id: string; readonly open: OpenCase; readonly status: StaffView; readonly facts: CaseFacts }) {
  const me = useMe();
  const words = useWords();
  const say = useToast();
  const search = useSearch();
  const [judgement, setJudgement] = useState<Judgement | null>(null);
  const [noting, setNoting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [marked, setMarked] = useState(true);
  const documentPhoto = useRef<PhotoHandle>(null);
  const selfiePhoto = useRef<PhotoHandle>(null);
  const { query, revealed, seen, unseen } = open;
  const events = query.data?.events ?? [];

  const works = me.may('reviews.work') && !status.erased;
  const mayReveal = me.may('personal.read') && !status.erased;
  const mine = status.claimedBy === me.subject;
  const taken = status.claimedBy !== null && !mine;
  const decided = status.decision !== null;
  const hearable = works && decided && !taken && status.openProposal === null;
  const mayPass = hearable && (status.decision?.outcome !== 'PASS' || status.appealOpen);
  const mayFail = hearable && (status.decision?.outcome !== 'FAIL' || status.appealOpen);
  const maySecond = me.may('reviews.second') && status.openProposal !== null && status.openProposal.by !== me.subject;
  const queueText = search.get('queue') ?? '';
  const queue = `/queue${queueText === '' ? '' : `?${queueText}`}`;

  const judge = (outcome: 'PASS' | 'FAIL'): void => setJudgement({ kind: 'outcome', outcome, needsSecond: decided && status.decision?.outcome !== 'MANUAL_REVIEW' && status.decision?.outcome !== outcome });
  const second = (approve: boolean): void => setJudgement({ kind: 'second', approve, outcome: status.openProposal?.outcome ?? 'PASS' });
  const claim = async (): Promise<void> => {
    setBusy(true);
    try {
      await post(mine ? '/reviews/{id}/release' : '/reviews/{id}/claim', { params: { id } });
      say(mine ? 'Back in the queue.' : 'The case is yours.');
    } catch (thrown) {
      const error = asApiError(thrown);
      say(`${error.message} ${error.advice}`, 'bad');
    } finally {
      setBusy(false);
      query.reload();
    }
  };
  const next = async (): Promise<void> => {
    try {
      const following = await nextCase(id, new URLSearchParams(queueText), me.subject);
      if (following === null) say('No other case waits.');
      navigate(following === null ? queue : `/cases/${following}${queueText === '' ? '' : `?queue=${encodeURIComponent(queueText)}`}`);
    } catch (thrown) {
      say(asApiError(thrown).message, 'bad');
    }
  };

  useKeys('Case', [
    { keys: 'v', does: revealed ? 'Hide personal data' : 'Show personal data', enabled: mayReveal, run: revealed ? open.hide : open.reveal },
    { keys: 'c', does: mine ? 'Give the case back' : 'Claim the case', enabled: works && decided && !taken && !busy, run: () => void claim() },
    { keys: 'a', does: 'Approve', enabled: mayPass && revealed, run: () => judge('PASS') },
    { keys: 'r', does: 'Reject', enabled: mayFail && revealed, run: () => judge('FAIL') },
    { keys: 'y', does: 'Approve the proposal', enabled: maySecond && revealed, run: () => second(true) },
    { keys: 'x', does: 'Decline the proposal', enabled: maySecond && revealed, run: () => second(false) },
    { keys: 'n', does: 'Write a note', enabled: works, run: () => setNoting(true) },
    { keys: 'm', does: 'Mark what was read on the document, or not', enabled: revealed, run: () => setMarked(!marked) },
    { keys: '+', does: 'Zoom into the document', enabled: revealed, run: () => documentPhoto.current?.zoom(1.4) },
    { keys: '-', does: 'Zoom out of the document', enabled: revealed, run: () => documentPhoto.current?.zoom(1 / 1.4) },
    { keys: 't', does: 'Turn the document', enabled: revealed, run: () => documentPhoto.current?.rotate() },
    { keys: 'T', does: 'Turn the selfie', enabled: revealed, run: () => selfiePhoto.current?.rotate() },
    { keys: '0', does: 'Fit both images', enabled: revealed, run: () => [documentPhoto, selfiePhoto].forEach((photo) => photo.current?.fit()) },
    { keys: 'l', does: 'I have looked at what is new', enabled: unseen.length > 0, run: open.lookAgain },
    { keys: 'h', does: 'Time travel', enabled: me.may('history.read'), run: () => navigate(`/applicants/${id}`) },
    { keys: '.', does: 'Next case', enabled: me.may('reviews.read'), run: () => void next() },
    { keys: 'u', does: 'Back to the queue', enabled: me.may('reviews.read'), run: () => navigate(queue) },
  ]);

  return (
    <div className="page case-page">
      <div className="case-head">
        <div className="case-title">
          {me.may('reviews.read') ? <Link to={queue} className="case-back"><Icon name="left" size={15} />Queue</Link> : null}
          <h1>No. {status.number}</h1>
          <Chip title={registerNames[status.registerType]}>{registerShort(status.registerType)}</Chip>
          {status.decision === null ? <Chip tone="info">Checks under way</Chip> : <Chip tone={outcomeTone(status.decision.outcome)}>{outcomeWords[status.decision.outcome]}</Chip>}
          {status.openProposal === null ? null : <Chip tone="info" icon="people">Second person</Chip>}
          {status.appealOpen ? <Chip tone="warn" icon="flag">Appeal</Chip> : null}
          {status.claimedBy === null ? null : <Chip tone={mine ? 'good' : 'warn'} icon="person">{mine ? 'Yours' : `With ${status.claimedBy}`}</Chip>}
        </div>
        <div className="case-actions">
          {mayReveal ? <Button icon={revealed ? 'eyeOff' : 'eye'} keys="v" onClick={revealed ? open.hide : open.reveal}>{revealed ? 'Hide personal data' : 'Show personal data'}</Button> : null}
          {works && decided && !taken ? <Button keys="c" busy={busy} onClick={() => void claim()}>{mine ? 'Release' : 'Claim'}</Button> : null}
          {works ? <Button icon="note" keys="n" onClick={() => setNoting(true)}>Note</Button> : null}
          {works && decided && status.openProposal === null ? (
            <>
              <Button variant="danger" icon="cross" keys="r" disabled={!mayFail || !revealed} onClick={() => judge('FAIL')}>Reject</Button>
              <Button variant="good" icon="check" keys="a" disabled={!mayPass || !revealed} onClick={() => judge('PASS')}>Approve</Button>
            </>
          ) : null}
        </div>
      </div>
      {query.error === null ? null : <ErrorNote error={query.error} />}
      {status.erased ? <Note tone="warn" icon="eyeOff">The personal data of this applicant were destroyed. What remains are the events without them.</Note> : null}
      {taken && works ? <Note icon="person">{status.claimedBy} works on this case, so only they can decide it. You can still write a note.</Note> : null}
      {unseen.length === 0 ? null : (
        <Note tone="warn" icon="warning">
          <span className="unseen"><span>New since you looked: {unseen.length === 1 ? 'one event' : `${unseen.length} events`}, marked below.</span><Button size="small" icon="check" keys="l" onClick={open.lookAgain}>I have looked</Button></span>
        </Note>
      )}
      {!revealed && mayReveal && (mayPass || mayFail) ? <p className="case-hint">Names and images are hidden until you ask for them; that you looked is recorded. Deciding needs a look at the evidence.</p> : null}
      <div className="case-grid">
        <div className="case-main">
          <EvidencePanel id={id} facts={facts} revealed={revealed} mayReveal={mayReveal && me.may('evidence.read')} erased={status.erased} onReveal={open.reveal} marked={marked} onMark={() => setMarked(!marked)} documentRef={documentPhoto} selfieRef={selfiePhoto} />
          <IdentityPanel facts={facts} revealed={revealed} erased={status.erased} />
          <RegisterPanel facts={facts} revealed={revealed} erased={status.erased} />
          <RulesPanel facts={facts} words={words} />
        </div>
        <div className="case-side">
          <StandingPanel status={status} facts={facts} words={words} revealed={revealed} subject={me.subject} maySecond={maySecond} ready={revealed} onSecond={second} />
          <HistoryPanel id={id} events={events} unseen={unseen} />
        </div>
      </div>
      {judgement === null ? null : (
        <JudgeDialog
          id={id} number={status.number} judgement={judgement} seen={seen} unseen={unseen} vocabulary={words.vocabulary}
          onClose={() => setJudgement(null)}
          onLookAgain={() => {
            setJudgement(null);
            query.reload();
          }}
          onDone={({ words: sentence }) => {
            setJudgement(null);
            say(sentence);
            query.reload();
          }}
        />
      )}
      {noting ? (
        <NoteDialog
          id={id} number={status.number} onClose={() => setNoting(false)}
          onDone={() => {
            setNoting(false);
            say('The note is kept.');
            query.reload();
          }}
        />
      ) : null}
    </div>
  );
}
