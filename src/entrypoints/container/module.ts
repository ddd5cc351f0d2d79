import { type Bind, ContainerModule, type MapToResolvedValueInjectOptions } from "inversify";
import { SafelightError } from "../../domain/model/errors.js";
import type { DependenciesOf, Dependency, Token } from "./token.js";

/** A set of bindings that {@link compose} loads. */
export type Module = ContainerModule;

/**
 * Replaces the binding of one token, or adds it: pass it to `compose` last. Use it to swap one port, or for an adapter of
 * your own. Closing the composition passes the value to `close`.
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
 * Wraps the value of a token, whoever provides it, before anybody gets it; several wraps nest in their order. A later
 * `override` replaces what was wrapped. Use it to watch a port.
 */
export function wrapModule<T>(token: Token<T>, wrap: (value: T) => NoInfer<T>): Module {
  return new ContainerModule(({ onActivation }) => {
    onActivation<T>(token, (_context, value) => wrap(value));
  });
}

/**
 * Binds `token` to the value that `factory` creates from `dependencies`, once and on first use. The dependencies must be
 * the tokens of the factory's parameters, in their order; anything else does not compile. A factory that throws anything
 * but a `SafelightError` is reported as `internal`, with the name of the token.
 */
export function provide<T, Values extends unknown[]>(
  bind: Bind,
  token: Token<T>,
  factory: (...values: Values) => NoInfer<T>,
  dependencies: DependenciesOf<Values>,
): void {
  // inversify's own identifiers have no types: the signature above is the check.
  const inject = dependencies as unknown as MapToResolvedValueInjectOptions<Values>;
  bind<T>(token)
    .toResolvedValue((...values: Values) => callFactory(token, () => factory(...values)), inject)
    .inSingletonScope();
}

/** Distinguishes a failed factory from a missing binding, for which inversify throws its own errors. */
function callFactory<T>(token: Token<T>, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof SafelightError) throw cause;
    const name = String(token.description);
    const message = `the factory of ${name} failed: ${String(cause)}`;
    throw new SafelightError("internal", message, { cause });
  }
}
