import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

type Say = (words: string, tone?: 'good' | 'bad') => void;
interface Toast { readonly id: number; readonly words: string; readonly tone: 'good' | 'bad' }

const ToastContext = createContext<Say>(() => undefined);
let count = 0;

/** What was just done, said once, also to screen readers. Refusals stay until they are closed. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((each) => each.id !== id)), []);
  const say = useCallback<Say>((words, tone = 'good') => {
    count += 1;
    const id = count;
    setToasts((all) => [...all.slice(-2), { id, words, tone }]);
    if (tone === 'good') setTimeout(() => drop(id), 6_000);
  }, [drop]);
  const value = useMemo(() => say, [say]);
  return (
    <ToastContext value={value}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, words, tone }) => (
          <div key={id} className={`toast ${tone}`}>
            <Icon name={tone === 'good' ? 'check' : 'warning'} />
            <span>{words}</span>
            <Button variant="quiet" size="small" icon="cross" aria-label="Dismiss" onClick={() => drop(id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

export const useToast = (): Say => useContext(ToastContext);
