import type { Bind, MapToResolvedValueInjectOptions } from "inversify";
import { SafelightError } from "../../domain/model/errors.js";
import type { DependenciesOf, Token } from "./token.js";

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
    .toResolvedValue((...values: Values) => made(token, () => factory(...values)), inject)
    .inSingletonScope();
}

/** Keeps a factory that failed apart from a binding that is missing: inversify throws its own errors for the latter. */
function made<T>(token: Token<T>, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof SafelightError) throw cause;
    const name = String(token.description);
    const message = `expected a value for ${name} but its factory threw ${String(cause)}`;
    throw new SafelightError("internal", message, { cause });
  }
}
