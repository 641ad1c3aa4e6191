import type { PolicySettings, Signals } from '../../events/signals.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { documentAt, selfieAt } from '../applicant/queries.ts';
import type { Applicant, Run } from '../applicant/state.ts';
import type { Rule } from './rule.ts';

/** Where a signal stands in Signals, for example `document.mrz` or `liveness`. */
export type SignalPath = string;

/**
 * The signals that a rule looks at when it judges these, found by watching it: a rule that looks at something new is
 * explained rightly without anybody having to say so.
 */
export function signalsRead(rule: Rule, signals: Signals, settings: PolicySettings): readonly SignalPath[] {
  const paths = new Set<SignalPath>();
  const watched = new Proxy(signals, {
    get(target, name: keyof Signals & string) {
      const value = target[name];
      if (typeof value === 'object' && value !== null) return watchGroup(value, name, paths);
      paths.add(name);
      return value;
    },
  });
  rule.inputs(watched);
  rule.judge(watched, settings);
  return [...paths];
}

function watchGroup(group: object, name: string, paths: Set<SignalPath>): object {
  return new Proxy(group, {
    get(target, field: string) {
      paths.add(`${name}.${field}`);
      return Reflect.get(target, field);
    },
  });
}

/**
 * Versions of the events that a signal of `run` came from, in order. `events` are the stream's before the decision and
 * `state` is what they amount to. Nothing for `asOf`, which is the day of the decision, and for what never arrived.
 */
export function eventsBehind(path: SignalPath, events: readonly LedgerEvent[], state: Applicant, run: Run): readonly number[] {
  const scan = documentAt(state, run.documentVersion)?.scan ?? { kind: 'pending' };
  const scanned = scan.kind === 'pending' ? [] : [scan.version];
  const registered = events[0]?.type === 'ApplicantRegistered' ? [events[0].version] : [];
  const answered = run.register.kind === 'pending' ? [] : [run.register.version];
  switch (path.split('.')[0]) {
    case 'biometricConsent':
      return state.consent === null ? [] : [state.consent.version];
    case 'document':
      return [...(path === 'document.claimedName' ? registered : []), run.documentVersion, ...scanned];
    case 'face':
      return run.face.kind === 'pending' ? [] : sorted([run.documentVersion, run.selfieVersion, run.face.version]);
    case 'liveness': {
      const liveness = selfieAt(state, run.selfieVersion)?.liveness ?? null;
      return liveness === null ? [] : [run.selfieVersion, liveness.version];
    }
    case 'register':
      if (path === 'register.type') return registered;
      return sorted([...(path === 'register.name' ? scanned : []), ...requestOf(events, run), ...answered]);
    default:
      return [];
  }
}

function requestOf(events: readonly LedgerEvent[], run: Run): number[] {
  const request = events.find((event) => event.type === 'RegisterCheckRequested' && event.data.startVersion === run.startVersion);
  return request === undefined ? [] : [request.version];
}

function sorted(versions: readonly number[]): number[] {
  return [...new Set(versions)].toSorted((a, b) => a - b);
}
