import type { EventOfType } from '../../events/catalogue.ts';
import type { Decision, ReviewOutcome } from '../../events/vocabulary.ts';
import type { PolicyVersion } from './policy.ts';

/** A decision of the past, as the ledger has it. */
export interface PastDecision {
  readonly stream: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly data: Pick<EventOfType<'DecisionMade'>['data'], 'decision' | 'reasons' | 'signals' | 'policyVersion'>;
}

/** A case that would have come out otherwise. */
export interface ChangedCase {
  readonly stream: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly policyVersion: string;
  readonly was: Decision;
  readonly becomes: Decision;
  /** Reasons that the other policy adds and drops. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** What a person decided after the machine, if anybody did: whether the change would have been for the better. */
  readonly person: ReviewOutcome | null;
}

export interface BacktestResult {
  readonly decisions: number;
  /** Decisions whose outcome changes, in the order in which they were given. */
  readonly changed: readonly ChangedCase[];
  /** Decisions with the same outcome for other reasons. */
  readonly otherReasons: number;
  /** Every pair of outcomes that occurs, unchanged ones too. */
  readonly outcomes: readonly { readonly was: Decision; readonly becomes: Decision; readonly count: number }[];
  /** How often a reason is given, by the policies of the time and by this one. */
  readonly reasons: readonly { readonly reason: string; readonly was: number; readonly becomes: number }[];
}

/** Tries a policy on decisions of the past, one by one as they are read: only what changes is kept. Pure. */
export class Backtest {
  readonly #policy: PolicyVersion;
  readonly #changed: ChangedCase[] = [];
  readonly #people = new Map<string, ReviewOutcome>();
  readonly #outcomes = new Map<string, { was: Decision; becomes: Decision; count: number }>();
  readonly #reasons = new Map<string, { was: number; becomes: number }>();
  #decisions = 0;
  #otherReasons = 0;

  constructor(policy: PolicyVersion) {
    this.#policy = policy;
  }

  decision({ stream, version, recordedAt, data }: PastDecision): void {
    this.#decisions += 1;
    const verdict = this.#policy.evaluate(data.signals);
    const pair = `${data.decision} ${verdict.decision}`;
    const outcome = this.#outcomes.get(pair) ?? { was: data.decision, becomes: verdict.decision, count: 0 };
    outcome.count += 1;
    this.#outcomes.set(pair, outcome);
    for (const reason of data.reasons) this.#reason(reason).was += 1;
    for (const reason of verdict.reasons) this.#reason(reason).becomes += 1;
    const gained = verdict.reasons.filter((reason) => !data.reasons.includes(reason));
    const lost = data.reasons.filter((reason) => !verdict.reasons.includes(reason));
    if (data.decision !== verdict.decision) {
      const { decision: was, policyVersion } = data;
      this.#changed.push({ stream, version, recordedAt, policyVersion, was, becomes: verdict.decision, gained, lost, person: null });
    } else if (gained.length + lost.length > 0) {
      this.#otherReasons += 1;
    }
  }

  /** A person decided on the machine's decision of this version. */
  person(stream: string, decisionVersion: number, outcome: ReviewOutcome): void {
    this.#people.set(`${stream}:${decisionVersion}`, outcome);
  }

  result(): BacktestResult {
    return {
      decisions: this.#decisions,
      changed: this.#changed.map((each) => ({ ...each, person: this.#people.get(`${each.stream}:${each.version}`) ?? null })),
      otherReasons: this.#otherReasons,
      outcomes: [...this.#outcomes.values()].toSorted((a, b) => b.count - a.count),
      reasons: Array.from(this.#reasons, ([reason, { was, becomes }]) => ({ reason, was, becomes }))
        .toSorted((a, b) => Math.abs(b.becomes - b.was) - Math.abs(a.becomes - a.was) || (a.reason < b.reason ? -1 : 1)),
    };
  }

  #reason(reason: string): { was: number; becomes: number } {
    const known = this.#reasons.get(reason) ?? { was: 0, becomes: 0 };
    this.#reasons.set(reason, known);
    return known;
  }
}
