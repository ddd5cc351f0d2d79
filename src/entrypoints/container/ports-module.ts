import { ContainerModule } from "inversify";
import { type Module, provide } from "./module.js";
import { type PortName, type Ports, tokens } from "./ports.js";
import type { DependenciesOf, Token } from "./token.js";

/**
 * Provides these ports of a set of adapters. `factory` creates the set from `dependencies`, once and on first use, so that
 * all ports share what it has opened. Closing the composition passes the set to `close`, if it was created.
 */
export function portsModule<
  Name extends PortName,
  Adapters extends Pick<Ports, Name>,
  Values extends unknown[],
>(
  adapters: Token<Adapters>,
  names: readonly Name[],
  factory: (...values: Values) => NoInfer<Adapters>,
  dependencies: DependenciesOf<Values>,
  close: (adapters: NoInfer<Adapters>) => void | Promise<void> = () => {},
): Module {
  return new ContainerModule(({ bind, onDeactivation }) => {
    provide(bind, adapters, factory, dependencies);
    onDeactivation<Adapters>(adapters, close);
    for (const name of names) {
      // The set and the token agree on the type of one name, which the union of all names cannot express.
      const port = tokens[name] as Token<unknown>;
      provide(bind, port, (given: Adapters) => given[name], [adapters]);
    }
  });
}
