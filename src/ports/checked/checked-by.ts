import { decorated } from "./decorated.js";

/**
 * Makes the function that puts `checks` in front of a port, each port once: a port that has them already is given back
 * as it is. What the port has beyond its interface stays reachable.
 */
export function checkedBy<Port extends object>(
  checks: (port: Port) => Partial<Port>,
): <Own extends Port>(port: Own) => Own {
  const known = new WeakMap<Port, Port>();
  return <Own extends Port>(port: Own): Own => {
    const checked = known.get(port) ?? decorated<Port>(port, checks(port));
    known.set(port, checked).set(checked, checked);
    return checked as Own;
  };
}
