import { z } from 'zod';

/** A response as it is kept for a retry. Only responses without personal data may be kept. */
export const KeptResponse = z.strictObject({ status: z.int(), contentType: z.string(), body: z.string() });
export type KeptResponse = z.infer<typeof KeptResponse>;

export type Begun =
  | { readonly kind: 'begun' }
  | { readonly kind: 'replay'; readonly response: KeptResponse }
  /** The key was used for another request. */
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'in_progress' };

/**
 * Remembers requests by Idempotency-Key. `id` is a hash of session, route and key; `fingerprint` of the request.
 * A request that was begun and never finished (a crash) blocks its key until `lockedUntil`.
 */
export interface IdempotencyStore {
  begin(request: { readonly id: string; readonly fingerprint: string; readonly now: Date; readonly lockedUntil: Date; readonly keepUntil: Date }): Promise<Begun>;
  finish(id: string, response: KeptResponse): Promise<void>;
  /** Forgets a request that came to no answer, so that the retry runs. */
  abandon(id: string): Promise<void>;
  purge(now: Date): Promise<number>;
}
