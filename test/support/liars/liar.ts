/**
 * A small broken adapter: an honest one, spoilt in one point. The suite must catch it by the law that it was made
 * for; that others notice too is no harm.
 */
export interface Liar<Harness> {
  /** The law that must be found broken. */
  readonly law: string;
  /** The fault of the adapter, to be read after "an adapter that". */
  readonly lie: string;
  readonly build: (honest: Harness) => Harness;
}

/** The same port, but for the methods in `lies`. */
export function replaceMethods<Port extends object>(honest: Port, lies: Partial<Port>): Port {
  return new Proxy(honest, {
    get(target, name) {
      const lie: unknown = Reflect.get(lies, name);
      if (lie !== undefined) return lie;
      const truth: unknown = Reflect.get(target, name);
      return typeof truth === "function" ? truth.bind(target) : truth;
    },
  });
}

/** The same port without one of the methods that a port may lack. */
export function hideMethod<Port extends object>(honest: Port, method: keyof Port): Port {
  return new Proxy(honest, {
    get(target, name) {
      const truth: unknown = name === method ? undefined : Reflect.get(target, name);
      return typeof truth === "function" ? truth.bind(target) : truth;
    },
    has: (target, name) => name !== method && name in target,
  });
}

/** The same port, but every method is rejected with `error`. */
export function rejectAll<Port extends object>(port: Port, error: Error): Port {
  const reject = () => Promise.reject(error);
  // Only what the port has is a method: a `then` would make a promise of the port itself.
  return new Proxy(port, { get: (target, name) => (name in target ? reject : undefined) });
}

/** Lets everybody else go on: timers, files, and what waits for them. */
export function waitForTick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
