import { useState } from 'react';
import { post } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextArea } from '../../parts/field.tsx';
import { ErrorNote } from '../../parts/states.tsx';

export function NoteDialog({ id, number, onClose, onDone }: { readonly id: string; readonly number: number; readonly onClose: () => void; readonly onDone: () => void }) {
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const submit = async (): Promise<void> => {
    if (note.trim() === '' || busy) return;
    setBusy(true);
    try {
      await post('/reviews/{id}/notes', { params: { id }, body: { note: note.trim() } });
      onDone();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog open title={`Note on no. ${number}`} onClose={onClose} onSubmit={() => void submit()} footer={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" busy={busy} disabled={note.trim() === ''} keys="Ctrl ⏎">Keep the note</Button></>}>
      {error === null ? null : <ErrorNote error={error} />}
      <TextArea
        label="Note" hint="Kept sealed with the case, for colleagues and auditors; it cannot be changed afterwards." value={note} maxLength={4000} rows={5}
        onChange={(event) => setNote(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      />
    </Dialog>
  );
}
