import { ContainerModule } from "inversify";
import { type Module, provide } from "./module.js";
import { FAMILY_PORT_NAMES, type FamilyPorts, tokens } from "./ports.js";
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
  return new ContainerModule(({ bind, onDeactivation }) => {
    provide(bind, family, factory, dependencies);
    onDeactivation<Family>(family, close);
    for (const name of FAMILY_PORT_NAMES) {
      // Token and family agree on the type of one name, which the union of all names cannot express.
      const port = tokens[name] as Token<unknown>;
      provide(bind, port, (ports: Family) => ports[name], [family]);
    }
  });
}
