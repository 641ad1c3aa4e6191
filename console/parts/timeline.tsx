import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import type { Tone } from './chip.tsx';
import { Moment } from './moment.tsx';

export interface TimelineItem {
  readonly key: string;
  readonly at: string;
  readonly icon: IconName;
  readonly tone?: Tone;
  readonly title: ReactNode;
  readonly by: string;
  readonly children?: ReactNode;
}

/** What happened, in order. */
export function Timeline({ items, label }: { readonly items: readonly TimelineItem[]; readonly label: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {items.map(({ key, at, icon, tone = 'neutral', title, by, children }) => (
        <li key={key}>
          <span className={`timeline-dot ${tone}`}><Icon name={icon} size={14} /></span>
          <div>
            <p className="timeline-title">{title}</p>
            <p className="timeline-meta"><Moment at={at} /> · {by}</p>
            {children}
          </div>
        </li>
      ))}
    </ol>
  );
}
