import { ContainerModule } from "inversify";
import { provide } from "./provide.js";
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
