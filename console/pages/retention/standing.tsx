import { useState } from 'react';
import { get, post } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { useQuery } from '../../data/use-query.ts';
import { readable } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Chip } from '../../parts/chip.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../parts/field.tsx';
import { formatDate, Moment } from '../../parts/moment.tsx';
import { Answered, ErrorNote, Note } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import { Link } from '../../router.tsx';
import { useMe } from '../../session.tsx';

type Act = { readonly kind: 'end' } | { readonly kind: 'hold' } | { readonly kind: 'release'; readonly holdId: string } | { readonly kind: 'erase' };

const acts = {
  end: { title: 'End the relationship', button: 'End it', reasons: ['LEFT_THE_SERVICE', 'CONTRACT_ENDED', 'APPLICATION_WITHDRAWN'] },
  hold: { title: 'Place a legal hold', button: 'Hold', reasons: ['LITIGATION', 'REGULATOR_REQUEST', 'POLICE_REQUEST', 'COMPLAINT'] },
  release: { title: 'Lift the hold', button: 'Lift it', reasons: ['LITIGATION_ENDED', 'REQUEST_WITHDRAWN', 'NO_LONGER_NEEDED'] },
  erase: { title: 'Erase this person', button: 'Destroy the personal data', reasons: ['RETENTION_PERIOD_ENDED', 'DATA_SUBJECT_REQUEST', 'COURT_ORDER'] },
} as const;

/** End, holds and erasure of one applicant, and for operators what can be done about them. */
export function Standing({ id, onChange }: { readonly id: string; readonly onChange: () => void }) {
  const me = useMe();
  const standing = useQuery(id, (signal) => get('/applicants/{id}/retention', { params: { id }, signal }));
  const [act, setAct] = useState<Act | null>(null);
  const manages = me.may('retention.manage');
  return (
    <Answered query={standing} what="Looking up the record">
      {({ ended, holds, erasure }) => (
        <section className="panel" aria-label="Retention of this applicant">
          <header>
            <h3 className="hash">{id}</h3>
            <Chip tone={erasure.kind === 'none' ? (holds.length > 0 ? 'warn' : 'info') : 'bad'}>{erasure.kind === 'erased' ? 'Erased' : erasure.kind === 'requested' ? 'Erasure under way' : holds.length > 0 ? 'Held' : ended === null ? 'Kept: the relationship goes on' : 'Kept until due'}</Chip>
          </header>
          <div className="panel-body stack">
            <dl className="facts">
              <div><dt>Relationship</dt><dd>{ended === null ? 'Goes on' : <>Ended on {formatDate(ended.endedOn)}<br /><span className="soft">{readable(ended.reason)}</span></>}</dd></div>
              <div><dt>Due for deletion</dt><dd>{ended === null ? 'Not before it ends' : <>{formatDate(ended.dueOn)}<br /><span className="soft">{ended.retentionPolicy}</span></>}</dd></div>
              <div><dt>Erasure</dt><dd>{erasure.kind === 'none' ? 'None' : <>{readable(erasure.kind)}{erasure.at === null ? null : <>, <Moment at={erasure.at} /></>}<br /><span className="soft">{readable(erasure.basis ?? '')}</span></>}</dd></div>
            </dl>
            {holds.length === 0 ? null : (
              <ul className="retention-holds">
                {holds.map((each) => (
                  <li key={each.holdId}>
                    <span><strong>Held: {readable(each.basis)}</strong> <Link to={`/ledger?stream=applicant-${id}&version=${each.version}`}>event {each.version}</Link></span>
                    {manages ? <Button size="small" onClick={() => setAct({ kind: 'release', holdId: each.holdId })}>Lift</Button> : null}
                  </li>
                ))}
              </ul>
            )}
            {manages && erasure.kind === 'none' ? (
              <div className="cluster">
                {ended === null ? <Button icon="clock" onClick={() => setAct({ kind: 'end' })}>End the relationship</Button> : null}
                <Button icon="shield" onClick={() => setAct({ kind: 'hold' })}>Place a hold</Button>
                <Button icon="eyeOff" variant="danger" onClick={() => setAct({ kind: 'erase' })}>Erase</Button>
              </div>
            ) : null}
            {me.may('history.read') ? <p className="retention-none"><Link to={`/applicants/${id}`}>Its whole history</Link></p> : null}
          </div>
          {act === null ? null : (
            <ActDialog key={act.kind} id={id} act={act} onClose={() => setAct(null)} onDone={() => {
              setAct(null);
              standing.reload();
              onChange();
            }} />
          )}
        </section>
      )}
    </Answered>
  );
}

function ActDialog({ id, act, onClose, onDone }: { readonly id: string; readonly act: Act; readonly onClose: () => void; readonly onDone: () => void }) {
  const say = useToast();
  const { title, button, reasons } = acts[act.kind];
  const [basis, setBasis] = useState<string>(reasons[0]);
  const [endedOn, setEndedOn] = useState(today);
  const [note, setNote] = useState('');
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const noted = act.kind === 'hold' || act.kind === 'release';
  const ready = (!noted || note.trim() !== '') && (act.kind !== 'erase' || typed.trim() === id);

  const send = async (): Promise<void> => {
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      const version = await sendAct(id, act, { basis, endedOn, note: note.trim() });
      say(`Recorded as event ${version}.`);
      onDone();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog open title={title} onClose={onClose} onSubmit={() => void send()} footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" variant={act.kind === 'erase' ? 'danger' : 'primary'} busy={busy} disabled={!ready}>{button}</Button></>}>
      {act.kind === 'erase' ? <Note tone="bad" icon="warning">The key to this person's data is destroyed and every copy taken away. Nobody can bring them back. What happened stays, without who.</Note> : null}
      {error === null ? null : <ErrorNote error={error} />}
      {act.kind === 'end' ? <TextField label="Ended on" type="date" required value={endedOn} onChange={(event) => setEndedOn(event.target.value)} /> : null}
      <SelectField label={act.kind === 'end' ? 'Reason' : 'Basis'} value={basis} options={reasons.map((value) => ({ value, words: readable(value) }))} onChange={(event) => setBasis(event.target.value)} />
      {noted ? <TextArea label="Note" hint="Kept sealed with the record." required maxLength={4000} value={note} onChange={(event) => setNote(event.target.value)} /> : null}
      {act.kind === 'erase' ? <TextField label="Type the applicant's id to go on" value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} /> : null}
    </Dialog>
  );
}

/** Answers the version of the event that it left. */
async function sendAct(id: string, act: Act, { basis, endedOn, note }: { readonly basis: string; readonly endedOn: string; readonly note: string }): Promise<number> {
  const params = { id };
  switch (act.kind) {
    case 'end':
      return (await post('/applicants/{id}/relationship-end', { params, body: { endedOn, reason: basis } })).version;
    case 'hold':
      return (await post('/applicants/{id}/holds', { params, body: { basis, note } })).version;
    case 'release':
      return (await post('/applicants/{id}/holds/{holdId}/release', { params: { id, holdId: act.holdId }, body: { basis, note } })).version;
    case 'erase':
      return (await post('/applicants/{id}/erasure', { params, body: { basis } })).version;
  }
}

const today = (): string => new Date().toISOString().slice(0, 10);
