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

/** What `work` makes of each item, in their order, while it is at work on up to `most` of them. Throws at the item that failed. */
export async function* inOrder<T, Made>(items: Iterable<T>, most: number, work: (item: T) => Promise<Made>): AsyncGenerator<Made> {
  const under: Promise<Made>[] = [];
  for (const item of items) {
    const working = work(item);
    // Whoever stops early is not told of what failed further on; whoever comes to it is.
    working.catch(() => undefined);
    under.push(working);
    if (under.length === most) yield* under.splice(0, 1);
  }
  yield* under;
}
