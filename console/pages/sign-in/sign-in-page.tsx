import { useEffect, useRef, useState } from 'react';
import { post } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { ErrorNote, Loading } from '../../parts/states.tsx';
import { homeOf } from '../../pages.ts';
import { navigate } from '../../router.tsx';
import { useSession } from '../../session.tsx';
import './sign-in.css';

/** Uses up the token of a sign-in link. It stands behind the `#`, so that it is in no server's log and no referrer. */
export function SignInPage({ ended, onDone }: { readonly ended: boolean; readonly onDone: () => void }) {
  const { signedIn } = useSession();
  const [link, setLink] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const [token, setToken] = useState(tokenIn(location.hash));
  const done = useRef(onDone);

  useEffect(() => {
    const onHash = (): void => setToken(tokenIn(location.hash));
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);

  useEffect(() => {
    if (token === null) return;
    // Out of the address at once: neither the history nor a screenshot should keep it.
    history.replaceState(null, '', location.pathname);
    setToken(null);
    setBusy(true);
    setError(null);
    const signIn = async (): Promise<void> => {
      try {
        const me = await post('/sign-in', { body: { token, as: 'cookie' } });
        const back = location.pathname === '/sign-in' ? homeOf(me.role, me.permissions) : location.pathname + location.search;
        signedIn(me);
        navigate(back, { replace: true });
        done.current();
      } catch (thrown) {
        setError(asApiError(thrown));
        setBusy(false);
      }
    };
    void signIn();
  }, [token, signedIn]);

  const usable = tokenIn(link) ?? (/^[\w-]{20,200}$/.test(link.trim()) ? link.trim() : null);
  return (
    <main className="sign-in" id="main">
      <div className="sign-in-card">
        <span className="sign-in-mark"><Icon name="shield" size={30} /></span>
        <h1>KYC ledger</h1>
        {busy ? <Loading what="Signing you in" /> : (
          <>
            <p>{ended ? 'Your session has ended. ' : ''}Open the sign-in link that was sent to you, or paste it here. Each link works once.</p>
            {error === null ? null : <ErrorNote error={error} />}
            <form onSubmit={(event) => {
              event.preventDefault();
              if (usable !== null) setToken(usable);
            }}>
              <TextField label="Sign-in link" value={link} onChange={(event) => setLink(event.target.value)} autoComplete="off" spellCheck={false} placeholder="https://…/sign-in#token=…" error={link === '' || usable !== null ? undefined : 'This is no sign-in link: it ends in #token= and a long code.'} />
              <Button variant="primary" type="submit" disabled={usable === null}>Sign in</Button>
            </form>
            <p className="sign-in-hint">On this machine the links are printed by <code>npm start</code> and <code>npm run demo -- --keep</code>.</p>
          </>
        )}
      </div>
    </main>
  );
}

function tokenIn(text: string): string | null {
  return /#token=([\w-]{20,200})$/.exec(text.trim())?.[1] ?? null;
}
