import { Suspense, use, useEffect, useRef, useState, type ReactNode } from 'react';
import { useLiveState } from '../data/live.ts';
import { homeOf, isOpen, pages, type PageEntry } from '../pages.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { useKeys, useKeysHelp } from '../parts/keys.tsx';
import { EmptyState, Loading } from '../parts/states.tsx';
import { Link, matchPath, navigate, usePath } from '../router.tsx';
import { roleWords, useMe, useSession } from '../session.tsx';
import { chooseTheme, useTheme, type Theme } from '../theme.ts';
import { PageBoundary } from './page-boundary.tsx';

const PREPARE_AFTER_MS = 1_000;
const loaded = new Map<PageEntry, ReturnType<PageEntry['load']>>();
const failed = new Set<PageEntry>();

/** What could not be fetched is tried anew when its page is next gone to; not sooner, or React would wait for it for ever. */
function forgetFailed(): void {
  for (const entry of failed) loaded.delete(entry);
  failed.clear();
}

/** The page's code, fetched once. */
export function loadPage(entry: PageEntry): ReturnType<PageEntry['load']> {
  const known = loaded.get(entry);
  if (known !== undefined) return known;
  const loading = entry.load();
  loaded.set(entry, loading);
  // React's `use` takes what says that it is fulfilled at once. Else it shows the fallback first, and that for 300 ms at least.
  loading.then((value) => Object.assign(loading, { status: 'fulfilled', value }), () => failed.add(entry));
  return loading;
}

/** Fetches code that will be wanted. What fails is fetched again when its page is gone to. */
function prepare(entry: PageEntry): void {
  entry.load().then(() => loadPage(entry), () => undefined);
}

export function findPage(path: string): { readonly entry: PageEntry; readonly params: Readonly<Record<string, string>> } | null {
  for (const entry of pages) {
    const params = matchPath(entry.path, path);
    if (params !== null) return { entry, params };
  }
  return null;
}

/** Everything around a page: navigation, who is signed in, theme, keys. */
export function Shell() {
  const me = useMe();
  const path = usePath();
  const [menu, setMenu] = useState(false);
  const main = useRef<HTMLElement>(null);
  const open = pages.flatMap((entry) => (entry.nav !== null && isOpen(entry, me) ? [{ ...entry, nav: entry.nav }] : []));
  const found = findPage(path);
  const pageTitle = found?.entry.title ?? null;

  useEffect(() => {
    if (path === '/' || path === '/sign-in') navigate(homeOf(me.role, me.permissions), { replace: true });
  }, [path, me]);

  useEffect(() => forgetFailed, [path]);

  // The other pages' code travels once this one stands, so that going to them shows them at once.
  useEffect(() => {
    const timer = setTimeout(() => pages.filter((entry) => isOpen(entry, me)).forEach(prepare), PREPARE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [me]);

  const shown = useRef(path);
  useEffect(() => {
    document.title = pageTitle === null ? 'KYC ledger' : `${pageTitle} · KYC ledger`;
    setMenu(false);
    // A page that is gone to starts at its top, for eyes and for screen readers.
    if (shown.current !== path) {
      shown.current = path;
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, [path, pageTitle]);

  useKeys('Everywhere', [
    ...open.map(({ path: to, title, nav }) => ({ keys: `g ${nav.key}`, does: `Go to ${title.toLowerCase()}`, run: () => navigate(to) })),
    { keys: '?', does: 'Show these keys', run: () => undefined },
  ]);

  return (
    <div className="shell">
      <a className="skip" href="#main">Skip to the content</a>
      <header className={menu ? 'side open' : 'side'}>
        <div className="brand">
          <Link to={homeOf(me.role, me.permissions)} className="brand-link"><span className="brand-mark"><Icon name="shield" size={18} /></span>KYC ledger</Link>
          <Button className="menu-button" variant="quiet" icon={menu ? 'cross' : 'menu'} aria-label={menu ? 'Close the menu' : 'Open the menu'} aria-expanded={menu} onClick={() => setMenu(!menu)} />
        </div>
        <div className="side-body">
          <nav aria-label="Pages">
            <ul>
              {open.map(({ path: to, nav }) => (
                <li key={to}><Link to={to} aria-current={path === to ? 'page' : undefined}><Icon name={nav.icon} />{nav.label}</Link></li>
              ))}
            </ul>
          </nav>
          <Foot />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <PageBoundary key={path}>
          <Suspense fallback={<Loading what="Opening the page" />}>{found === null ? <Unknown path={path} /> : <Allowed entry={found.entry} params={found.params} />}</Suspense>
        </PageBoundary>
      </main>
    </div>
  );
}

function Allowed({ entry, params }: { readonly entry: PageEntry; readonly params: Readonly<Record<string, string>> }): ReactNode {
  const me = useMe();
  if (!isOpen(entry, me)) {
    return <EmptyState page icon="shield" title="Your role does not see this page">You are signed in as {roleWords[me.role].toLowerCase()}. If you need this page for your work, ask the operator.</EmptyState>;
  }
  return <Loaded entry={entry} params={params} />;
}

function Loaded({ entry, params }: { readonly entry: PageEntry; readonly params: Readonly<Record<string, string>> }) {
  const { Page } = use(loadPage(entry));
  return <Page params={params} />;
}

function Unknown({ path }: { readonly path: string }) {
  if (path === '/' || path === '/sign-in') return null;
  return <EmptyState page icon="search" title="There is no such page" action={<Link to="/" className="button secondary">Go to the start</Link>}>Check the address, or start from the menu.</EmptyState>;
}

const themes: readonly { readonly theme: Theme; readonly words: string; readonly icon: 'auto' | 'sun' | 'moon' }[] = [
  { theme: 'system', words: 'System theme', icon: 'auto' },
  { theme: 'light', words: 'Light theme', icon: 'sun' },
  { theme: 'dark', words: 'Dark theme', icon: 'moon' },
];
const liveWords = { off: 'Not listening', connecting: 'Connecting …', live: 'Live', broken: 'Connection lost, trying again' } as const;

function Foot() {
  const me = useMe();
  const { signOut } = useSession();
  const live = useLiveState();
  const theme = useTheme();
  const showKeys = useKeysHelp();
  const next = themes[(themes.findIndex((each) => each.theme === theme) + 1) % themes.length];
  return (
    <div className="foot">
      {live === 'off' ? null : <p className={`live ${live}`} role="status"><span aria-hidden="true" />{liveWords[live]}</p>}
      <p className="who"><strong>{roleWords[me.role]}</strong><span title={me.subject}>{me.role === 'applicant' ? 'your own record' : me.subject}</span></p>
      <div className="foot-buttons">
        <Button variant="quiet" icon={themes.find((each) => each.theme === theme)?.icon ?? 'auto'} aria-label={`${themes.find((each) => each.theme === theme)?.words}; switch to ${next?.words.toLowerCase()}`} title={`Switch to ${next?.words.toLowerCase()}`} onClick={() => chooseTheme(next?.theme ?? 'system')} />
        <Button variant="quiet" icon="keyboard" aria-label="Show keys" title="Keys (?)" onClick={showKeys} />
        <Button variant="quiet" icon="signOut" aria-label="Sign out" title="Sign out" onClick={() => void signOut()} />
      </div>
    </div>
  );
}
