import type { CallOptions } from "../call-options.js";
import { decorate } from "./decorate.js";

/** The checks of the arguments of a port's methods. A check throws to refuse the call. */
type Checks<Port> = {
  readonly [Method in keyof Port]?: (...request: Arguments<Port[Method]>) => void;
};

type Arguments<Method> = NonNullable<Method> extends (...request: infer Request) => unknown ? Request : never;

/**
 * Makes the function that puts `checks` in front of a port, each port once: a port that has them already is given back
 * as it is. A call that passes its check and is not aborted yet goes on to the method of that name in `methods`, if there
 * is one, or else to the port's own. What the port has beyond its interface stays reachable.
 */
export function defineGuard<Port extends object>(
  checks: Checks<Port>,
  methods: (port: Port) => Partial<Port> = () => ({}),
): <Own extends Port>(port: Own) => Own {
  const known = new WeakMap<Port, Port>();
  return <Own extends Port>(port: Own): Own => {
    const checked = known.get(port) ?? decorate<Port>(port, guardMethods(port, checks, methods(port)));
    known.set(port, checked).set(checked, checked);
    return checked as Own;
  };
}

function guardMethods<Port extends object>(
  port: Port,
  checks: Checks<Port>,
  methods: Partial<Port>,
): Partial<Port> {
  const guards = Object.entries(checks as Readonly<Record<string, (...request: unknown[]) => void>>)
    // A capability that the port does not have is not made up.
    .filter(([name]) => Reflect.get(port, name) !== undefined)
    .map(([name, check]) => [
      name,
      async (...request: unknown[]) => {
        check(...request);
        (request.at(-1) as CallOptions | undefined)?.signal?.throwIfAborted();
        const method: unknown = Reflect.get(Object.hasOwn(methods, name) ? methods : port, name);
        return Reflect.apply(method as (...request: unknown[]) => unknown, port, request);
      },
    ]);
  return Object.fromEntries(guards);
}
