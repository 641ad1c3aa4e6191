/** Works off `items` with at most `most` of them under way; stops with the first error. */
export async function inParallel<T>(items: Iterable<T> | AsyncIterable<T>, most: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const under = new Set<Promise<unknown>>();
  let failure: { readonly error: unknown } | null = null;
  for await (const item of items) {
    if (failure !== null) break;
    const running = work(item).catch((error: unknown) => {
      failure ??= { error };
    }).finally(() => under.delete(running));
    under.add(running);
    if (under.size >= most) await Promise.race(under);
  }
  await Promise.all(under);
  // Assigned in a callback, which the compiler does not follow.
  const failed = failure as { readonly error: unknown } | null;
  if (failed !== null) throw failed.error;
}
