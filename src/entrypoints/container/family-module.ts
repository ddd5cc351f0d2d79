import { ContainerModule } from "inversify";
import { type Module, provide } from "./module.js";
import { FAMILY_PORT_NAMES, type FamilyPorts, tokens } from "./ports.js";
import type { DependenciesOf, Token } from "./token.js";

/**
 * A module of an adapter family: binds `family` to what `factory` makes of `dependencies`, once and on first use, and
 * each of its ports to that port's token, so that all of them come from the same set of stores. Closing the composition
 * hands the family to `close`, if it was made.
 */
export function familyModule<Family extends FamilyPorts, Values extends unknown[]>(
  family: Token<Family>,
  factory: (...values: Values) => NoInfer<Family>,
  dependencies: DependenciesOf<Values>,
  close: (family: NoInfer<Family>) => void | Promise<void> = () => {},
): Module {
  return new ContainerModule(({ bind, onDeactivation }) => {
    provide(bind, family, factory, dependencies);
    onDeactivation<Family>(family, close);
    for (const name of FAMILY_PORT_NAMES) {
      // What the token and the family say of one name is the same type, which the union of all names cannot tell.
      const port = tokens[name] as Token<unknown>;
      provide(bind, port, (ports: Family) => ports[name], [family]);
    }
  });
}
