import { useState } from 'react';
import { post } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { Button } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/states.tsx';
import { consentText, consentTextVersion } from './consent-text.ts';

/** Asks for consent to the comparison of faces, or for taking it back. Both answers are equally easy (GDPR article 7). */
export function ConsentStep({ id, given, onDone }: { readonly id: string; readonly given: boolean; readonly onDone: () => void }) {
  const [busy, setBusy] = useState<'yes' | 'no' | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const answer = async (agrees: boolean): Promise<void> => {
    setBusy(agrees ? 'yes' : 'no');
    setError(null);
    try {
      await post('/applicants/{id}/consents', { params: { id }, body: { purpose: 'biometrics', given: agrees, textVersion: consentTextVersion } });
      onDone();
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className="consent">
      {consentText.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
      {error === null ? null : <ErrorNote error={error} />}
      <div className="cluster">
        {given ? null : <Button variant="primary" busy={busy === 'yes'} disabled={busy !== null} onClick={() => void answer(true)}>Yes, I agree</Button>}
        <Button busy={busy === 'no'} disabled={busy !== null} onClick={() => void answer(false)}>{given ? 'Take my agreement back' : 'No, I want a person to do it'}</Button>
      </div>
    </div>
  );
}
