import { type Bind, ContainerModule, type MapToResolvedValueInjectOptions } from "inversify";
import { SafelightError } from "../../domain/model/errors.js";
import type { DependenciesOf, Dependency, Token } from "./token.js";

/** A set of bindings that {@link compose} loads. */
export type Module = ContainerModule;

/**
 * A module that binds one token, in place of what the modules before it bound to it, if anything: pass it to
 * `compose` last. This is how one port is swapped and how an adapter of your own comes in. Closing the composition hands
 * what the factory made to `close`.
 */
export function override<T>(token: Token<T>, factory: () => NoInfer<T>): Module;
export function override<T, Values extends unknown[]>(
  token: Token<T>,
  factory: (...values: Values) => NoInfer<T>,
  dependencies: DependenciesOf<Values>,
  close?: (value: NoInfer<T>) => void | Promise<void>,
): Module;
export function override<T>(
  token: Token<T>,
  factory: (...values: unknown[]) => T,
  dependencies: readonly Dependency<unknown>[] = [],
  close: (value: T) => void | Promise<void> = () => {},
): Module {
  return new ContainerModule(({ rebind, onDeactivation }) => {
    provide(rebind, token, factory, dependencies);
    onDeactivation<T>(token, close);
  });
}

/**
 * Binds `token` to what `factory` makes of `dependencies`: made once, on first use. The dependencies must be the
 * tokens of the factory's parameters, in their order; anything else does not compile. A factory that throws anything
 * but a `SafelightError` is reported as `internal`, by the name of the token.
 */
export function provide<T, Values extends unknown[]>(
  bind: Bind,
  token: Token<T>,
  factory: (...values: Values) => NoInfer<T>,
  dependencies: DependenciesOf<Values>,
): void {
  // inversify's own identifiers say nothing about types: the check is the signature above.
  const inject = dependencies as unknown as MapToResolvedValueInjectOptions<Values>;
  bind<T>(token)
    .toResolvedValue((...values: Values) => callFactory(token, () => factory(...values)), inject)
    .inSingletonScope();
}

/** Keeps a factory that failed apart from a binding that is missing: inversify throws its own errors for the latter. */
function callFactory<T>(token: Token<T>, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof SafelightError) throw cause;
    const name = String(token.description);
    const message = `expected a value for ${name} but its factory threw ${String(cause)}`;
    throw new SafelightError("internal", message, { cause });
  }
}
