import { useState } from 'react';
import { post } from '../../data/client.ts';
import type { ApplicantView } from '../../data/generated.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { Button } from '../../parts/button.tsx';
import { TextArea } from '../../parts/field.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { ErrorNote } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import type { Tone } from '../../parts/chip.tsx';

const looks: Readonly<Record<ApplicantView['status'], { readonly icon: IconName; readonly tone: Tone; readonly title: string }>> = {
  STARTED: { icon: 'upload', tone: 'info', title: 'We need something from you' },
  IN_PROGRESS: { icon: 'clock', tone: 'info', title: 'We are checking' },
  VERIFIED: { icon: 'check', tone: 'good', title: 'Verified' },
  IN_REVIEW: { icon: 'eye', tone: 'info', title: 'A person is looking at it' },
  NOT_VERIFIED: { icon: 'warning', tone: 'warn', title: 'Not verified' },
  ERASED: { icon: 'info', tone: 'neutral', title: 'Erased' },
};

/** Where the applicant stands, in the API's own words: they give nothing away that the applicant must not learn. */
export function Standing({ view, onChange }: { readonly view: ApplicantView; readonly onChange: () => void }) {
  const { icon, tone, title } = looks[view.status];
  return (
    <section className={`standing ${tone}`} aria-labelledby="standing-title">
      <span className="standing-icon"><Icon name={icon} size={24} /></span>
      <div role="status">
        <h2 id="standing-title">{title}</h2>
        <p>{view.message}</p>
        {view.next.length === 0 ? null : <ul>{view.next.map((each) => <li key={each}>{each}</li>)}</ul>}
        {view.status === 'IN_PROGRESS' ? <p className="soft">This takes a minute or two. You may close this page; we send you the result by e-mail.</p> : null}
      </div>
      {view.mayAppeal ? <Appeal id={view.id} onDone={onChange} /> : null}
    </section>
  );
}

function Appeal({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const say = useToast();
  const [open, setOpen] = useState(false);
  const [statement, setStatement] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await post('/applicants/{id}/appeals', { params: { id }, body: { statement: statement.trim() } });
      say('A person will look at your case again.');
      onDone();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  if (!open) return <Button variant="primary" icon="flag" onClick={() => setOpen(true)}>Contest this decision</Button>;
  return (
    <form className="appeal" onSubmit={(event) => {
      event.preventDefault();
      void send();
    }}>
      {error === null ? null : <ErrorNote error={error} />}
      <TextArea label="Why do you think that the decision is wrong?" hint="A person who had no part in the decision reads this." value={statement} maxLength={4000} required onChange={(event) => setStatement(event.target.value)} />
      <div className="cluster">
        <Button variant="primary" type="submit" busy={busy} disabled={statement.trim() === ''}>Send</Button>
        <Button disabled={busy} onClick={() => setOpen(false)}>Cancel</Button>
      </div>
    </form>
  );
}
