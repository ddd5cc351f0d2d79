import { isAllowed, type Statement, type Wish } from "./policy.js";

/** A policy that lies on a resource, and what must and must not be possible by it. */
export interface Guarded {
  readonly statements: readonly Statement[];
  readonly allowed: readonly Wish[];
  readonly refused: readonly Wish[];
}

/** An action by somebody whose role allows it: whether the policy on the resource stands against it. */
function isRefused(statements: readonly Statement[], wish: Wish): boolean {
  const anybody: Statement = { Effect: "Allow", Action: "*", Resource: "*" };
  const roles = wish.who.startsWith("role:") ? [anybody] : [];
  return !isAllowed([...roles, ...statements], wish);
}

/** Finds everything that is not as it should be, as sentences. */
export function findGuardFaults({ statements, allowed, refused }: Guarded): readonly string[] {
  const formatWish = ({ who, action, resource, context }: Wish) =>
    `${who} ${action} ${resource} ${JSON.stringify(context)}`;
  const everybody = statements.filter(
    ({ Effect, Principal }) => Effect === "Allow" && JSON.stringify(Principal ?? "*").includes('"*"'),
  );
  return [
    ...allowed.filter((wish) => isRefused(statements, wish)).map((wish) => `cannot: ${formatWish(wish)}`),
    ...refused.filter((wish) => !isRefused(statements, wish)).map((wish) => `can: ${formatWish(wish)}`),
    ...everybody.map(({ Sid }) => `allows everybody: ${Sid}`),
  ];
}
