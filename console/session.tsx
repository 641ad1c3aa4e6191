import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { beginSession, get, onSignedOut, post } from './data/client.ts';
import type { Me } from './data/generated.ts';
import { asApiError, type ApiError } from './data/problem.ts';

export type Permission = Me['permissions'][number];
export type Role = Me['role'];

export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'signed-in'; readonly me: Me }
  | { readonly kind: 'signed-out'; readonly ended: boolean }
  | { readonly kind: 'failed'; readonly error: ApiError };

interface Session {
  readonly state: SessionState;
  readonly signedIn: (me: Me) => void;
  readonly signOut: () => Promise<void>;
  readonly retry: () => void;
}

const SessionContext = createContext<Session | null>(null);

/** Who is signed in, by the API's word alone: the cookie is out of a page's reach. */
export function SessionProvider({ prepared, children }: { /** Settles when the first page can be shown. */ readonly prepared: Promise<unknown> | null; readonly children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ kind: 'loading' });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let current = true;
    Promise.all([get('/me'), prepared]).then(
      ([me]) => current && setState((before) => (before.kind === 'signed-in' ? before : { kind: 'signed-in', me })),
      (thrown: unknown) => {
        const error = asApiError(thrown);
        if (current) setState((before) => (before.kind === 'signed-in' ? before : error.status === 401 ? { kind: 'signed-out', ended: false } : { kind: 'failed', error }));
      },
    );
    return () => {
      current = false;
    };
  }, [round, prepared]);

  useEffect(() => onSignedOut(() => setState((before) => (before.kind === 'signed-in' ? { kind: 'signed-out', ended: true } : before))), []);

  const signedIn = useCallback((me: Me) => {
    beginSession();
    setState({ kind: 'signed-in', me });
  }, []);
  const elsewhere = state.kind === 'signed-in' ? state.me.signOutUrl : null;
  const signOut = useCallback(async () => {
    await post('/sign-out', {});
    setState({ kind: 'signed-out', ended: false });
    // Who signed in at an identity provider is signed in there too: the next one at this screen must not be let in as them.
    if (elsewhere !== null) location.assign(elsewhere);
  }, [elsewhere]);
  const retry = useCallback(() => {
    setState({ kind: 'loading' });
    setRound((count) => count + 1);
  }, []);
  const session = useMemo(() => ({ state, signedIn, signOut, retry }), [state, signedIn, signOut, retry]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession outside of SessionProvider');
  return session;
}

/** The signed-in person, for everything behind the sign-in. */
export function useMe(): Me & { readonly may: (permission: Permission) => boolean } {
  const { state } = useSession();
  if (state.kind !== 'signed-in') throw new Error('useMe before sign-in');
  const { me } = state;
  return useMemo(() => ({ ...me, may: (permission: Permission) => me.permissions.includes(permission) }), [me]);
}

export const roleWords: Readonly<Record<Role, string>> = {
  applicant: 'Applicant',
  reviewer: 'Reviewer',
  senior_reviewer: 'Senior reviewer',
  auditor: 'Auditor',
  analyst: 'Analyst',
  operator: 'Operator',
};
