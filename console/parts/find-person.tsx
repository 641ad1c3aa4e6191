import { useState } from 'react';
import { createPortal } from 'react-dom';
import { post, type PostAnswer } from '../data/client.ts';
import { asApiError, type ApiError } from '../data/problem.ts';
import { readable, registerShort } from '../data/vocabulary.ts';
import { useMe } from '../session.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { formatDateTime } from './moment.tsx';
import { ErrorNote, Note } from './states.tsx';

type Found = PostAnswer<'/applicants/find'>;

/**
 * From a name, an address or a registration number to an applicant's id, for those who may. What is typed is personal, so
 * it goes into no address of the browser and is forgotten when the dialog closes.
 */
export function FindPerson({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  if (!me.may('applicants.find')) return null;
  return (
    <>
      <Button icon="person" onClick={() => setOpen(true)}>Find a person</Button>
      {open ? createPortal(
        // Beside the page, for the button often stands in a form: its own must not be inside that, nor submit it.
        <div onSubmit={(event) => event.stopPropagation()}>
          <FindDialog onClose={() => setOpen(false)} onChoose={(id) => {
            setOpen(false);
            onChoose(id);
          }} />
        </div>,
        document.body,
      ) : null}
    </>
  );
}

function FindDialog({ onClose, onChoose }: { readonly onClose: () => void; readonly onChoose: (id: string) => void }) {
  const [person, setPerson] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const find = async (): Promise<void> => {
    if (person.trim().length < 2) return;
    setBusy(true);
    setError(null);
    setFound(null);
    try {
      setFound(await post('/applicants/find', { body: { person: person.trim() } }));
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open title="Find a person" onClose={onClose} onSubmit={() => void find()} footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" variant="primary" icon="search" busy={busy} disabled={person.trim().length < 2}>Find</Button></>}>
      <TextField label="Name, e-mail or registration number" hint="The beginning of an address is enough; a number must be whole." value={person} maxLength={254} autoComplete="off" spellCheck={false} onChange={(event) => setPerson(event.target.value)} />
      <Note>Each record that is found will say that you looked it up.</Note>
      {error === null ? null : <ErrorNote error={error} />}
      <div role="status">
        {found === null ? null : found.applicants.length === 0 ? <p className="find-none">Nobody fits. Names are known once a document was read, and never of an erased applicant.</p> : (
          <>
            <ul className="find-list" aria-label="Found">
              {found.applicants.map((each) => (
                <li key={each.id}>
                  <button type="button" onClick={() => onChoose(each.id)}>
                    <strong>{registerShort(each.registerType)} · applicant {each.number}</strong>
                    <span>{readable(each.status)}, registered {formatDateTime(each.registeredAt)}</span>
                    <span className="hash">{each.id}</span>
                  </button>
                </li>
              ))}
            </ul>
            {found.more ? <p className="find-none">There are more: say it more exactly.</p> : null}
          </>
        )}
      </div>
    </Dialog>
  );
}
