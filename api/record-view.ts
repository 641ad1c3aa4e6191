import type { EventOfType } from '../events/catalogue.ts';
import type { Actor } from '../events/envelope.ts';
import type { ApiDeps } from './deps.ts';
import { Problem } from './http/problem.ts';

type What = EventOfType<'RecordViewed'>['data']['what'];

export interface View {
  readonly applicantId: string;
  readonly what: What;
  /** Last version of the applicant's stream that is shown. */
  readonly upToVersion: number;
  readonly actor: Actor;
  readonly correlationId: string;
}

/** The same open status shown again to the same person within this time is one view: consoles and programs poll. */
const sameViewMs = 5 * 60 * 1000;
const attempts = 20;

/**
 * Records who looks at whose record, in the stream `access-<uuid>`, before anything is shown: what cannot be
 * recorded is not shown (503).
 */
export class ViewRecorder {
  readonly #deps: Pick<ApiDeps, 'ledger' | 'clock' | 'newId'>;
  readonly #recent = new Map<string, number>();
  /** Last known version of each access stream: a hint that spares a read. */
  readonly #versions = new Map<string, number>();

  constructor(deps: Pick<ApiDeps, 'ledger' | 'clock' | 'newId'>) {
    this.#deps = deps;
  }

  async record(view: View): Promise<void> {
    const now = this.#deps.clock();
    const key = [view.applicantId, view.what, view.upToVersion, view.actor.kind, view.actor.id].join('|');
    if (view.what === 'status' && now.getTime() - (this.#recent.get(key) ?? -Infinity) < sameViewMs) return;
    await this.#append(view, now.toISOString());
    remember(this.#recent, key, now.getTime());
  }

  async #append(view: View, occurredAt: string): Promise<void> {
    const stream = `access-${view.applicantId}`;
    const event = {
      id: this.#deps.newId(),
      event: {
        type: 'RecordViewed' as const,
        data: { applicant: `applicant-${view.applicantId}`, what: view.what, upToVersion: view.upToVersion },
        personal: null,
      },
      context: { actor: view.actor, occurredAt, correlationId: view.correlationId, causationId: null },
    };
    let expected = this.#versions.get(stream) ?? 0;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const result = await this.#deps.ledger.append(stream, expected, [event]);
      if (result.kind !== 'conflict') {
        remember(this.#versions, stream, result.kind === 'appended' ? expected + 1 : expected);
        return;
      }
      // A hint that proved too old; versions have no gaps.
      expected = result.since.at(-1)?.version ?? (await this.#deps.ledger.load(stream)).length;
    }
    throw new Problem(503, 'VIEW_NOT_RECORDED', 'This view could not be recorded, so nothing is shown.', { headers: { 'retry-after': '1' } });
  }
}

/** Keeps the newest 10,000. */
function remember(map: Map<string, number>, key: string, value: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > 10_000 ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
