import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { KeysProvider } from './parts/keys.tsx';
import { ErrorState, Loading } from './parts/states.tsx';
import { ToastProvider } from './parts/toast.tsx';
import { SessionProvider, useSession } from './session.tsx';
import { findPage, loadPage, Shell } from './shell/shell.tsx';
import { SignInPage } from './pages/sign-in/sign-in-page.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';

function App() {
  const { state, retry } = useSession();
  // A fresh link goes before the session that this browser may still have: it may be for another role.
  const [fresh, setFresh] = useState(location.pathname === '/sign-in' && location.hash.startsWith('#token='));
  if (fresh || state.kind === 'signed-out') return <SignInPage ended={state.kind === 'signed-out' && state.ended} onDone={() => setFresh(false)} />;
  if (state.kind === 'loading') return <Loading what="Starting" />;
  if (state.kind === 'failed') return <main className="alone"><ErrorState page error={state.error} onRetry={retry} /></main>;
  return <Shell />;
}

// The page's code travels while the API is asked who is there, and is awaited with the answer: nothing blinks between.
const asked = findPage(location.pathname);
const code = asked === null ? null : loadPage(asked.entry).catch(() => null);

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the console');
createRoot(root).render(
  <StrictMode>
    <SessionProvider prepared={code}>
      <KeysProvider>
        <ToastProvider>
          <App />
        </ToastProvider>
      </KeysProvider>
    </SessionProvider>
  </StrictMode>,
);
