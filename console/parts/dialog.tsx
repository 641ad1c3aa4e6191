import { useEffect, useId, useRef, type ReactNode, type FormEvent } from 'react';
import { Button } from './button.tsx';

/** A native dialog: the browser keeps the focus inside and gives it back. Escape and the cross close it. */
export function Dialog({ open, title, onClose, children, footer, onSubmit, wide = false }: {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** Makes the content a form. */
  readonly onSubmit?: () => void;
  readonly wide?: boolean;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // Where there is something to fill in, that is where to begin, not at the cross.
      dialog.querySelector<HTMLElement>('.dialog-body :is(input:not([type=checkbox]), textarea, select)')?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit?.();
  };
  const body = (
    <>
      <div className="dialog-body">{children}</div>
      {footer === undefined ? null : <footer>{footer}</footer>}
    </>
  );
  return (
    <dialog ref={ref} className={wide ? 'dialog wide' : 'dialog'} aria-labelledby={heading} onClose={onClose}>
      {open ? (
        <>
          <header>
            <h2 id={heading}>{title}</h2>
            <Button variant="quiet" icon="cross" aria-label="Close" onClick={onClose} />
          </header>
          {onSubmit === undefined ? body : <form onSubmit={submit}>{body}</form>}
        </>
      ) : null}
    </dialog>
  );
}
