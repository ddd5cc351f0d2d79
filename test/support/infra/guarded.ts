import { allows, type Statement, type Wish } from "./policy.js";

/** A policy that lies on a resource, and what must and must not be possible by it. */
export interface Guarded {
  readonly statements: readonly Statement[];
  readonly allowed: readonly Wish[];
  readonly refused: readonly Wish[];
}

/** An action by somebody whose role allows it: whether the policy on the resource stands against it. */
function refusedBy(statements: readonly Statement[], wish: Wish): boolean {
  const anybody: Statement = { Effect: "Allow", Action: "*", Resource: "*" };
  const roles = wish.who.startsWith("role:") ? [anybody] : [];
  return !allows([...roles, ...statements], wish);
}

/** Finds everything that is not as it should be, as sentences. */
export function faultsOf({ statements, allowed, refused }: Guarded): readonly string[] {
  const say = ({ who, action, resource, context }: Wish) =>
    `${who} ${action} ${resource} ${JSON.stringify(context)}`;
  const everybody = statements.filter(
    ({ Effect, Principal }) => Effect === "Allow" && JSON.stringify(Principal ?? "*").includes('"*"'),
  );
  return [
    ...allowed.filter((wish) => refusedBy(statements, wish)).map((wish) => `cannot: ${say(wish)}`),
    ...refused.filter((wish) => !refusedBy(statements, wish)).map((wish) => `can: ${say(wish)}`),
    ...everybody.map(({ Sid }) => `allows everybody: ${Sid}`),
  ];
}
