import { get } from '../../data/client.ts';
import { filterOf } from '../queue/queue-filter.ts';

/** The case that follows `id` in the queue as it was filtered and that `subject` may work on; after the last one the first. null: no other waits. */
export async function nextCase(id: string, queue: URLSearchParams, subject: string): Promise<string | null> {
  const filter = filterOf((name) => queue.get(name) ?? undefined);
  for (const place of [{ after: id }, {}]) {
    const { cases } = await get('/reviews', { query: { ...filter, ...place, limit: 50 } });
    const following = cases.find((each) => each.id !== id && (each.claimedBy === null || each.claimedBy === subject));
    if (following !== undefined) return following.id;
  }
  return null;
}
