import type { Module } from "./module.js";
import { FAMILY_PORT_NAMES, type FamilyPorts } from "./ports.js";
import { portsModule } from "./ports-module.js";
import type { DependenciesOf, Token } from "./token.js";

/**
 * Provides the ports of an adapter family. `factory` creates the family from `dependencies`, once and on first use, so that
 * all ports share one set of stores. Closing the composition passes the family to `close`, if it was created.
 */
export function familyModule<Family extends FamilyPorts, Values extends unknown[]>(
  family: Token<Family>,
  factory: (...values: Values) => NoInfer<Family>,
  dependencies: DependenciesOf<Values>,
  close: (family: NoInfer<Family>) => void | Promise<void> = () => {},
): Module {
  return portsModule(family, FAMILY_PORT_NAMES, factory, dependencies, close);
}
