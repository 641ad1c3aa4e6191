import { useEffect, useState, type ReactNode } from 'react';
import type { ApiError } from '../data/problem.ts';
import type { Query } from '../data/use-query.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** Something is on its way. Requests give up by themselves, so this always ends in an answer or in words. */
export function Loading({ what = 'Loading' }: { readonly what?: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 4_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="state loading" role="status">
      <span className="loading-bar" aria-hidden="true" />
      <p>{what} …{late ? ' This takes longer than usual.' : ''}</p>
    </div>
  );
}

/** `page`: it stands for a whole page, so its title is the page's heading. */
export function EmptyState({ icon = 'info', title, children, action, page = false }: { readonly icon?: IconName; readonly title: string; readonly children?: ReactNode; readonly action?: ReactNode; readonly page?: boolean }) {
  const Heading = page ? 'h1' : 'h2';
  return (
    <div className="state empty">
      <span className="state-icon"><Icon name={icon} size={26} /></span>
      <Heading>{title}</Heading>
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}

/** What went wrong, what to do about it, and the reference for who is asked for help. */
export function ErrorState({ error, onRetry, page = false }: { readonly error: ApiError; readonly onRetry?: () => void; readonly page?: boolean }) {
  const Heading = page ? 'h1' : 'h2';
  return (
    <div className="state failed" role="alert">
      <span className="state-icon"><Icon name="warning" size={26} /></span>
      <Heading>{error.message}</Heading>
      <p>{error.advice}</p>
      {onRetry === undefined ? null : <Button icon="reload" onClick={onRetry}>Try again</Button>}
      {error.correlationId === null ? null : <p className="reference">Reference: <code>{error.correlationId}</code></p>}
    </div>
  );
}

/** A refusal inside a form or dialog. */
export function ErrorNote({ error }: { readonly error: ApiError }) {
  return (
    <div className="note bad" role="alert">
      <Icon name="warning" size={17} />
      <div><strong>{error.message}</strong> {error.advice}{error.mistakes.length === 0 ? null : <ul>{error.mistakes.map((each) => <li key={`${each.pointer ?? each.parameter}${each.detail}`}>{each.pointer?.replace('#/', '') ?? each.parameter}: {each.detail}</li>)}</ul>}</div>
    </div>
  );
}

export function Note({ tone = 'info', icon = 'info', children }: { readonly tone?: 'info' | 'warn' | 'good' | 'bad'; readonly icon?: IconName; readonly children: ReactNode }) {
  return <div className={`note ${tone}`}><Icon name={icon} size={17} /><div>{children}</div></div>;
}

/** The three states of a query around what shows its answer. */
export function Answered<T>({ query, what, children }: { readonly query: Query<T>; readonly what: string; readonly children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ErrorState error={query.error} onRetry={query.reload} />;
  return <Loading what={what} />;
}
