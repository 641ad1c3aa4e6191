import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';

export interface Tab {
  readonly id: string;
  readonly words: string;
  readonly content: () => ReactNode;
}

/** Tabs after the ARIA pattern: arrow keys move, Tab goes on into the panel. `chosen` belongs in the address. */
export function Tabs({ label, tabs, chosen, onChoose }: { readonly label: string; readonly tabs: readonly Tab[]; readonly chosen: string; readonly onChoose: (id: string) => void }) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const current = tabs.find(({ id }) => id === chosen) ?? tabs[0];
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(({ id }) => id === current?.id);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onChoose(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <div className="tabs">
      <div role="tablist" aria-label={label} ref={list} tabIndex={-1} onKeyDown={onKeyDown}>
        {tabs.map(({ id, words }) => (
          <button key={id} type="button" role="tab" data-tab={id} id={`${base}-${id}`} aria-selected={id === current?.id} aria-controls={`${base}-panel`} tabIndex={id === current?.id ? 0 : -1} onClick={() => onChoose(id)}>{words}</button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${current?.id}`} tabIndex={0}>{current?.content()}</div>
    </div>
  );
}
