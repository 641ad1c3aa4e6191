import { useEffect, useRef, useState } from 'react';
import { get, post } from '../../data/client.ts';
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
  const [staff, setStaff] = useState<string | null>(null);
  const [refused] = useState(() => refusalWords(new URLSearchParams(location.search).get('refused')));
  const done = useRef(onDone);

  // Links work anywhere; whether staff have an identity provider is the platform's to say.
  useEffect(() => {
    get('/sign-in').then(({ staff: where }) => setStaff(where), () => undefined);
  }, []);

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
            {refused === null ? null : <p role="alert" className="sign-in-refused">{refused}</p>}
            {staff === null ? null : <p><a className="sign-in-staff" href={`${staff}?to=${encodeURIComponent(placeNow())}`}>Sign in as staff</a></p>}
            <p>{ended ? 'Your session has ended. ' : ''}Open the sign-in link that was sent to you, or paste it here. Each link works once.</p>
            {error === null ? null : <ErrorNote error={error} />}
            <form onSubmit={(event) => {
              event.preventDefault();
              if (usable !== null) setToken(usable);
            }}>
              <TextField label="Sign-in link" value={link} onChange={(event) => setLink(event.target.value)} autoComplete="off" spellCheck={false} placeholder="https://…/sign-in#token=…" error={link === '' || usable !== null ? undefined : 'This is no sign-in link: it ends in #token= and a long code.'} />
              <Button variant="primary" type="submit" disabled={usable === null}>Sign in</Button>
            </form>
            {staff !== null ? null : <p className="sign-in-hint">On this machine the links are printed by <code>npm start</code> and <code>npm run demo -- --keep</code>.</p>}
          </>
        )}
      </div>
    </main>
  );
}

/** Where they wanted to go; the sign-in itself is no such place. */
function placeNow(): string {
  return location.pathname === '/sign-in' ? '/' : location.pathname + location.search;
}

function refusalWords(code: string | null): string | null {
  switch (code) {
    case null: return null;
    case 'NO_ROLE': return 'You have no role here yet. Ask your administrator to put you into the group of your role.';
    case 'SEVERAL_ROLES': return 'You are in the groups of several roles, and a person acts in one. Ask your administrator to choose.';
    default: return 'You could not be signed in. Try again; if it stays so, tell your administrator.';
  }
}

function tokenIn(text: string): string | null {
  return /#token=([\w-]{20,200})$/.exec(text.trim())?.[1] ?? null;
}
