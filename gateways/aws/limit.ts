/** Runs at most `most` of the given calls at a time; the others wait in line. */
export function limit(most: number): <T>(call: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (call) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      // The place passes on without being given up, so that nobody can come in between.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
