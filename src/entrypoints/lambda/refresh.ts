/**
 * Wraps `make` so that its value is made anew when it is older than `milliseconds`. While it cannot be made anew the
 * former value is good for as long again; without one, the next caller tries again.
 */
export function refresh<Value>(
  make: () => Promise<Value>,
  milliseconds: number,
  now: () => number = () => performance.now(),
): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  let until = 0;
  return () => {
    if (made && now() < until) return made;
    const former = made;
    until = now() + milliseconds;
    made = make().catch((error: unknown) => {
      if (former) return former;
      made = undefined;
      throw error;
    });
    return made;
  };
}
