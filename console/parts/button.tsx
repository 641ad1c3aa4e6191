import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> {
  readonly variant?: 'primary' | 'secondary' | 'danger' | 'good' | 'quiet';
  readonly size?: 'normal' | 'small';
  readonly icon?: IconName;
  /** Shown beside the words, for who works by keyboard. */
  readonly keys?: string;
  /** A request is under way: says so and takes no second press. */
  readonly busy?: boolean;
  readonly type?: 'button' | 'submit';
  readonly children?: ReactNode;
}

export function Button({ variant = 'secondary', size = 'normal', icon, keys, busy = false, type = 'button', children, className, onClick, ...rest }: ButtonProps) {
  // Not `disabled` while busy: the focus would be lost with it, and with the focus the place of who works by keyboard.
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button {...rest} type={type} onClick={press} className={`button ${variant} ${size} ${children === undefined ? 'only-icon' : ''} ${className ?? ''}`} aria-busy={busy || undefined} aria-disabled={busy || undefined}>
      {icon === undefined ? null : <Icon name={icon} size={size === 'small' ? 15 : 17} />}
      {children === undefined ? null : <span>{children}</span>}
      {keys === undefined ? null : <kbd aria-hidden="true">{keys}</kbd>}
    </button>
  );
}
