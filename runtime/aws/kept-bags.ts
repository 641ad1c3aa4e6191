import type { BagBucket } from '../../gateways/aws/bag-bucket.ts';

/** How long a bag can be fetched. */
export const KEPT_MS = 60 * 60_000;

/** Removes bags that nobody may fetch any more. Answers how many. */
export async function removeExpired({ bags, clock }: { readonly bags: Pick<BagBucket, 'kept' | 'remove'>; readonly clock: () => Date }): Promise<number> {
  const before = new Date(clock().getTime() - KEPT_MS).toISOString();
  let removed = 0;
  for await (const { exportId, at } of bags.kept()) if (at < before && (await bags.remove(exportId)) > 0) removed += 1;
  return removed;
}

/** Removes the bags that hold a record of this applicant, whoever had them made. */
export async function forgetBags(bags: Pick<BagBucket, 'kept' | 'remove'>, stream: string): Promise<number> {
  let removed = 0;
  for await (const { exportId, streams } of bags.kept()) if (streams.has(stream) && (await bags.remove(exportId)) > 0) removed += 1;
  return removed;
}
