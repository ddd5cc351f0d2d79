import { type Statement, toList } from "./policy.js";
import type { DeployedTemplate } from "./template.js";

interface Document {
  readonly PolicyDocument: { readonly Statement: Statement | readonly Statement[] };
}

/**
 * Reads everything that a role of the template is allowed or denied, with all references followed: in the role itself, in
 * policies beside it and in managed policies. Throws for a managed policy of which the template does not tell the content.
 */
export function readRoleStatements(template: DeployedTemplate, roleArn: string): readonly Statement[] {
  const id = roleArn.replace(/\.Arn$/, "");
  const { Policies, ManagedPolicyArns, RoleName = id } = template.getProperties(id);
  const managed = template.listResources("AWS::IAM::ManagedPolicy");
  const named = toList(ManagedPolicyArns as readonly string[]);
  const unknown = named.filter((arn) => !managed.some((policy) => policy.id === arn));
  if (unknown.length > 0)
    throw new Error(`the role ${id} has managed policies whose content is not known: ${unknown.join(", ")}`);
  const attached = [
    ...managed.filter((policy) => named.includes(policy.id) || isAttached(policy.properties.Roles)),
    ...template.listResources("AWS::IAM::Policy").filter(({ properties }) => isAttached(properties.Roles)),
    ...template.listResources("AWS::IAM::RolePolicy").filter(({ properties }) => properties.RoleName === id),
  ].map(({ properties }) => properties as unknown as Document);
  return [...toList(Policies as readonly Document[]), ...attached].flatMap(({ PolicyDocument }) =>
    toList(PolicyDocument.Statement),
  );

  function isAttached(roles: unknown): boolean {
    return toList(roles as readonly string[]).some((role) => role === id || role === RoleName);
  }
}
