import { useSyncExternalStore } from 'react';

const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** The reader's time zone, in which every moment is shown: `Europe/London`. */
export const timeZone = dateTime.resolvedOptions().timeZone;

/** `3 Mar 2026, 14:05:09`, in the reader's time zone. */
export const formatDateTime = (at: string): string => dateTime.format(new Date(at));
/** `3 Mar 2026` for an RFC 3339 moment or a calendar date, which has no time zone to be moved by. */
export const formatDate = (at: string): string => (/^\d{4}-\d\d-\d\d$/.test(at) ? date.format(new Date(`${at}T12:00:00`)) : date.format(new Date(at)));

/** `45 s`, `12 min`, `5 h`, `3 d`: how long, in the two units that matter. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/** The time, for ages on the screen; moves every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    timer ??= setInterval(() => {
      now = Date.now();
      for (const each of watchers) each();
    }, 10_000);
    return () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, () => (watchers.size === 0 ? (now = Math.floor(Date.now() / 1000) * 1000) : now));
}

/** A moment in full, machine-readable for whoever copies or reads it aloud. */
export function Moment({ at }: { readonly at: string }) {
  return <time dateTime={at}>{formatDateTime(at)}</time>;
}

/** How long ago, with the moment itself a hover away. */
export function Ago({ at }: { readonly at: string }) {
  return <time dateTime={at} title={formatDateTime(at)}>{formatAge(useNow() - Date.parse(at))} ago</time>;
}
