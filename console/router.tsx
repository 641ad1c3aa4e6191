import { useCallback, useMemo, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react';

const changed = new EventTarget();
const subscribe = (listener: () => void): (() => void) => {
  addEventListener('popstate', listener);
  changed.addEventListener('change', listener);
  return () => {
    removeEventListener('popstate', listener);
    changed.removeEventListener('change', listener);
  };
};

/** Goes to `to` (path and query) inside the console. `replace` leaves no entry in the browser's history. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  changed.dispatchEvent(new Event('change'));
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

/**
 * The query of the address as the page's state: a filter belongs here, so that a link shows what its sender saw.
 * `set` changes some names (undefined or '' takes one away) and keeps the others.
 */
export function useSearch(): { readonly get: (name: string) => string | undefined; readonly set: (changes: Readonly<Record<string, string | undefined>>, options?: { push?: boolean }) => void; readonly text: string } {
  const text = useSyncExternalStore(subscribe, () => location.search);
  const parsed = useMemo(() => new URLSearchParams(text), [text]);
  const get = useCallback((name: string) => parsed.get(name) ?? undefined, [parsed]);
  const set = useCallback((changes: Readonly<Record<string, string | undefined>>, { push = false } = {}) => {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    navigate(location.pathname + (next.size > 0 ? `?${next}` : ''), { replace: !push });
  }, []);
  return { get, set, text };
}

/** The parameters of `path` by `pattern` (`/cases/:id`), or null when it does not fit. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split('/');
  const given = path.replace(/(?<=.)\/$/, '').split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) {
      const decoded = decode(value);
      if (decoded === null || decoded === '') return null;
      params[part.slice(1)] = decoded;
    } else if (part !== value) return null;
  }
  return params;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A link inside the console. A click with a modifier key stays the browser's. */
export function Link({ to, onClick, children, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly to: string }) {
  const go = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={to} onClick={go}>{children}</a>;
}
