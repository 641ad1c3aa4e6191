import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Dialog } from './dialog.tsx';

/** One key, or two after one another (`g q`), as KeyboardEvent.key names them. */
export interface KeyBinding {
  readonly keys: string;
  readonly does: string;
  readonly run: () => void;
  /** Shown only as long as it would do something. */
  readonly enabled?: boolean;
}

interface Group { readonly title: string; readonly bindings: readonly KeyBinding[] }
interface Registry { readonly add: (group: () => Group) => () => void; readonly showHelp: () => void }

const KeysContext = createContext<Registry | null>(null);
const sequenceMs = 1_000;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)));

const storageKey = 'keys';

/** Single keys can be switched off, for who speaks to the computer or hits keys by mistake (WCAG 2.1.4). */
function areOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

function remember(on: boolean): void {
  try {
    if (on) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
  } catch {
    // It holds until the page is left, then.
  }
}

/** Hears keys for the whole page, but not while somebody types or a dialog is open. `?` lists all that work now. */
export function KeysProvider({ children }: { readonly children: ReactNode }) {
  const [help, setHelp] = useState<readonly Group[] | null>(null);
  const groups = useRef(new Set<() => Group>());
  const pending = useRef<{ key: string; at: number } | null>(null);
  const [on, setOn] = useState(areOn);
  const registry = useMemo<Registry>(() => {
    const now = (): readonly Group[] => [...groups.current].map((group) => group());
    // A page that comes or goes while the list is open changes the list.
    const refresh = (): void => setHelp((before) => (before === null ? null : now()));
    return {
      add: (group) => {
        groups.current.add(group);
        refresh();
        return () => {
          groups.current.delete(group);
          refresh();
        };
      },
      showHelp: () => setHelp(now()),
    };
  }, []);

  useEffect(() => {
    if (!on) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target) || document.querySelector('dialog[open]') !== null) return;
      if (event.key === '?') {
        event.preventDefault();
        registry.showHelp();
        return;
      }
      // Enter and space on a button or link are that button's.
      if ((event.key === 'Enter' || event.key === ' ') && event.target instanceof HTMLElement && event.target.closest('a, button, summary, [role=tab]') !== null) return;
      const before = pending.current !== null && event.timeStamp - pending.current.at < sequenceMs ? `${pending.current.key} ` : '';
      pending.current = { key: event.key, at: event.timeStamp };
      const bindings = [...groups.current].flatMap((group) => group().bindings).filter(({ enabled }) => enabled !== false);
      const found = bindings.findLast(({ keys }) => before !== '' && keys === before + event.key) ?? bindings.findLast(({ keys }) => keys === event.key);
      if (found === undefined) return;
      event.preventDefault();
      pending.current = null;
      found.run();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [registry, on]);

  return (
    <KeysContext value={registry}>
      {children}
      <Dialog open={help !== null} title="Keys" onClose={() => setHelp(null)}>
        {help?.filter(({ bindings }) => bindings.length > 0).toReversed().map((group) => (
          <section key={group.title} className="keys-group">
            <h3>{group.title}</h3>
            <dl>
              {group.bindings.map(({ keys, does, enabled }) => (
                <div key={keys + does} className={enabled === false ? 'off' : undefined}>
                  <dt>{keys.split(' ').map((key) => <kbd key={key}>{nameOf(key)}</kbd>)}</dt>
                  <dd>{does}{enabled === false ? ' (not now)' : ''}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <label className="keys-switch"><input type="checkbox" checked={on} onChange={(event) => {
          setOn(event.target.checked);
          remember(event.target.checked);
        }} />Listen to these keys on this computer</label>
      </Dialog>
    </KeysContext>
  );
}

const names: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', ' ': 'Space' };
const nameOf = (key: string): string => names[key] ?? key;

/** Offers keys for as long as the component is shown. Later components go before earlier ones. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): void {
  const registry = useContext(KeysContext);
  const latest = useRef<Group>({ title, bindings });
  useEffect(() => {
    latest.current = { title, bindings };
  });
  useEffect(() => {
    if (registry === null) return;
    const group = (): Group => latest.current;
    return registry.add(group);
  }, [registry]);
}

export function useKeysHelp(): () => void {
  const registry = useContext(KeysContext);
  return () => registry?.showHelp();
}
