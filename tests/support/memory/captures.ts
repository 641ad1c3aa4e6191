import type { CaptureResult, LiveCaptures } from '../../../gateways/face-matcher/port.ts';

/** Live captures that end as the test says. */
export class MemoryCaptures implements LiveCaptures {
  readonly results = new Map<string, CaptureResult>();
  readonly asked: string[] = [];
  readonly #byToken = new Map<string, string>();

  async open(token: string) {
    const sessionId = this.#byToken.get(token) ?? `0193b1f2-7c1e-4c7a-9d8e-${String(this.#byToken.size).padStart(12, '0')}`;
    this.#byToken.set(token, sessionId);
    const credentials = { accessKeyId: 'lent', secretAccessKey: 'secret', sessionToken: 'token', expiration: '2026-11-20T10:15:00.000Z' };
    return { sessionId, region: 'eu-west-1', credentials };
  }

  async result(sessionId: string): Promise<CaptureResult> {
    this.asked.push(sessionId);
    return this.results.get(sessionId) ?? { kind: 'unfinished' };
  }
}
