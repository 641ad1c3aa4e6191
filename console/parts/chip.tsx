import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'neutral' | 'info' | 'good' | 'warn' | 'bad';

/** A short fact. Its tone repeats what its words say, and never stands alone. */
export function Chip({ tone = 'neutral', icon, title, children }: { readonly tone?: Tone; readonly icon?: IconName; readonly title?: string | undefined; readonly children: ReactNode }) {
  return (
    <span className={`chip ${tone}`} title={title}>
      {icon === undefined ? null : <Icon name={icon} size={13} />}
      <span>{children}</span>
    </span>
  );
}
