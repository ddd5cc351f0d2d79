import { isAllowed, matches, type Statement, toList } from "./policy.js";
import type { NeededAction } from "./wire-actions.js";

/** The statements of the roles, and the actions of those who have them. */
export interface Observed {
  readonly roles: Readonly<Record<string, readonly Statement[]>>;
  readonly needed: Readonly<Record<string, readonly NeededAction[]>>;
}

/** A permission that may be granted although nobody was seen using it, and why. */
export interface Unseen {
  readonly role: string;
  readonly action: string;
  readonly because: string;
}

/** Actions that AWS has no resources for. */
export interface Unbounded {
  readonly action: string;
  readonly because: string;
}

/**
 * Where roles and what was done with them differ, both ways: what was done and is not allowed; what is allowed and was
 * not done, action by action and resource by resource; and stars where something narrower would do.
 */
export function findPrivilegeFaults(
  { roles, needed }: Observed,
  { unseen, unbounded }: { readonly unseen: readonly Unseen[]; readonly unbounded: readonly Unbounded[] },
): readonly string[] {
  const faults: string[] = [];
  for (const [role, statements] of Object.entries(roles)) {
    const done = removeDuplicates(needed[role] ?? []);
    for (const one of done)
      if (!isAllowed(statements, { who: `role:${role}`, ...one }))
        faults.push(`${role} may not ${one.action} on ${one.resource}`);
    const isExcused = (action: string) => unseen.some((one) => one.role === role && one.action === action);
    for (const { Action, Resource } of statements) {
      for (const action of toList(Action)) {
        if (action.includes("*")) faults.push(`${role} has a star in ${action}`);
        for (const resource of toList(Resource)) {
          if (isTooWide(action, resource, unbounded))
            faults.push(`${role} has a star in ${resource} for ${action}`);
          const used = done.some((one) => one.action === action && matches(resource, one.resource));
          if (!used && !isExcused(action)) faults.push(`${role} never does ${action} on ${resource}`);
          if (used && isExcused(action)) faults.push(`${role} is excused for ${action} but does it`);
        }
      }
    }
  }
  for (const { role, action } of unseen) {
    const granted = (roles[role] ?? []).some(({ Action }) => toList(Action).includes(action));
    if (!granted) faults.push(`${role} is excused for ${action} but may not do it`);
  }
  return faults;
}

/** A star may stand for all keys of one bucket, for the id of one stack, at the end of a log group, and where there are no resources. */
function isTooWide(action: string, resource: string, unbounded: readonly Unbounded[]): boolean {
  if (!resource.includes("*")) return false;
  if (resource === "*") return !unbounded.some((one) => one.action === action);
  return !/^arn:aws:(?:s3:::[^/*]+|cloudformation:[^/*]+:stack\/[^/*]+)\/\*$/.test(resource);
}

function removeDuplicates(needed: readonly NeededAction[]): readonly NeededAction[] {
  const all = new Map(needed.map((one) => [`${one.action} ${one.resource}`, one]));
  return [...all.values()].filter(({ action }) => action !== "");
}

/** Every role with one statement left out, and every role with one star more; each under a name that says which. */
export function createMutants({
  roles,
}: Observed): readonly { readonly name: string; readonly roles: Observed["roles"] }[] {
  return Object.entries(roles).flatMap(([role, statements]) =>
    statements.flatMap((statement, index) => {
      const { Sid = String(index), Action, Resource } = statement;
      const replaceStatement = (name: string, change: Partial<Statement>) => ({
        name: `${role} ${Sid} ${name}`,
        roles: { ...roles, [role]: statements.with(index, { ...statement, ...change }) },
      });
      const service = String(toList(Action)[0]).split(":")[0];
      const arns = toList(Resource);
      return [
        { name: `${role} without ${Sid}`, roles: { ...roles, [role]: statements.toSpliced(index, 1) } },
        replaceStatement("with a star for its actions", { Action: [...toList(Action), `${service}:*`] }),
        ...toList(Action).map((action) =>
          replaceStatement(`with a star in ${action}`, {
            Action: toList(Action).map((one) => (one === action ? action.replace(/:.*/, ":*") : one)),
          }),
        ),
        ...(arns.includes("*") ? [] : [replaceStatement("on everything", { Resource: "*" })]),
        ...arns
          .filter((arn) => arn !== "*")
          .map((arn) =>
            replaceStatement(`on more than ${arn}`, {
              Resource: [...arns, arn.replace(/[^:/]+(?:\/\*)?$/, "*")],
            }),
          ),
      ];
    }),
  );
}
