/** Makes something at its first use and keeps it; what failed is tried again by the next use. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    const making = made ?? make();
    made = making;
    making.catch(() => {
      made = null;
    });
    return making;
  };
}
