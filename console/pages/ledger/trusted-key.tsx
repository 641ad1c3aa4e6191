import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { formatDateTime } from '../../parts/moment.tsx';
import { Note } from '../../parts/states.tsx';
import { keyCompared } from './seen.ts';

/**
 * The key that everything on the page rests on. At a first visit it can only come from the platform itself, so that a
 * forger could bring one of their own: whoever was given it by another way compares the two here.
 */
export function TrustedKey({ verifierKey, comparedAt, changed, onCompared }: { readonly verifierKey: string; readonly comparedAt: string | null; readonly changed: boolean; readonly onCompared: () => void }) {
  const [given, setGiven] = useState('');
  const wrong = given.trim() !== '' && given.trim() !== verifierKey;
  return (
    <section className="panel" aria-labelledby="key-title">
      <header><h2 id="key-title">The key it is verified with</h2></header>
      <div className="panel-body stack">
        <p className="hash ledger-key">{verifierKey}</p>
        {comparedAt !== null && !changed ? <Note tone="good" icon="check"><strong>Compared on {formatDateTime(comparedAt)}</strong> in this browser with the key that somebody had been given by another way.</Note> : (
          <>
            <Note tone="warn" icon="warning">
              {changed ? <><strong>Not the key of the last visit.</strong> A log keeps its key for good. Unless the operator announced a new one, somebody else signs here.</>
                : <><strong>Taken from the platform itself</strong> at the first visit, and held to ever since. That shows nothing yet about who signs: compare it once with the key you were given by another way. <code>kyc ledger status</code> prints it for the operator.</>}
            </Note>
            <form className="prove-form" onSubmit={(event) => {
              event.preventDefault();
              if (given.trim() !== verifierKey) return;
              keyCompared(verifierKey);
              onCompared();
            }}>
              <TextField label="The key you were given" value={given} onChange={(event) => setGiven(event.target.value)} autoComplete="off" spellCheck={false} error={wrong ? 'It is another key. Do not rely on this log before the operator has explained that.' : undefined} />
              <Button type="submit" disabled={given.trim() === '' || wrong}>{changed ? 'It is this one: begin anew' : 'It is this one'}</Button>
            </form>
          </>
        )}
      </div>
    </section>
  );
}
