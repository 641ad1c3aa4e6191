import { useEffect, useRef, useSyncExternalStore } from 'react';

/** One thing that happened, as GET /live tells it; nothing personal. `subject` is the applicant's stream. */
export interface LiveUpdate {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type LiveState = 'off' | 'connecting' | 'live' | 'broken';

/** A case has changed and the queue's tables know it. */
export const caseChanged = 'kyc.case.changed';
const types = [caseChanged, 'kyc.result', 'kyc.document.expiring'];
const pauses = [1_000, 2_000, 5_000, 10_000, 30_000];

type Listener = (update: LiveUpdate | 'resumed') => void;
const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
let source: EventSource | null = null;
let state: LiveState = 'off';
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let wasLive = false;
/** The server keeps no connection open and said so: what it has it sends when the browser comes back by itself. */
let paused = false;
let returning = false;

function say(next: LiveState): void {
  state = next;
  for (const watcher of watchers) watcher();
}

function open(): void {
  close();
  if (listeners.size === 0 || document.hidden) return;
  say('connecting');
  const opened = new EventSource('/api/v1/live');
  source = opened;
  opened.addEventListener('open', () => {
    failures = 0;
    say('live');
    // What happened while nobody listened may be too old to be sent again: whoever shows anything looks once more.
    if (wasLive && !paused) for (const listener of listeners) listener('resumed');
    wasLive = true;
    paused = false;
    returning = false;
  });
  opened.addEventListener('kyc.pause', () => {
    paused = true;
  });
  opened.addEventListener('error', () => {
    // The browser returns after the pause, with the id of the last update; a second error in a row is a fault.
    if (paused && opened.readyState === EventSource.CONNECTING && !returning) {
      returning = true;
      return;
    }
    close();
    say('broken');
    timer = setTimeout(open, pauses[Math.min(failures, pauses.length - 1)]);
    failures += 1;
  });
  for (const type of types) {
    opened.addEventListener(type, (message: MessageEvent<string>) => {
      const update = JSON.parse(message.data) as LiveUpdate;
      for (const listener of listeners) listener(update);
    });
  }
}

function close(): void {
  clearTimeout(timer);
  source?.close();
  source = null;
  paused = false;
  returning = false;
}

// Browsers allow six connections to a server: a tab nobody looks at gives its one back.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) open();
  else if (source !== null) {
    close();
    say('off');
  }
});

/** Calls `listener` for each update while the component is shown, and with 'resumed' when updates may have been missed. */
export function useLive(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const own: Listener = (update) => latest.current(update);
    listeners.add(own);
    if (source === null) open();
    return () => {
      listeners.delete(own);
      if (listeners.size === 0) {
        close();
        say('off');
        wasLive = false;
      }
    };
  }, []);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, () => state);
}
