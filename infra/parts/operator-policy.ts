import { CfnOutput } from "aws-cdk-lib";
import { type IGrantable, type IGroup, type IRole, type IUser, ManagedPolicy } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { invalidInput } from "../../src/domain/model/errors.js";
import { acknowledgeStars } from "./acknowledge.js";
import { listOperateStatements } from "./granted-rights.js";
import type { Resources } from "./roles.js";

/** Makes the managed policy of those who operate a pipeline from a command line. */
export function createOperatorPolicy(scope: Construct, resources: Resources): ManagedPolicy {
  const statements = listOperateStatements(scope, resources);
  const policy = new ManagedPolicy(scope, "Operator", {
    description: "Plan, reconcile, import and redrive by the safelight command",
    statements: [...statements],
  });
  acknowledgeStars(policy, statements);
  new CfnOutput(scope, "OperatorPolicyArn", { value: policy.managedPolicyArn });
  return policy;
}

/** Attaches a policy to a role, a user or a group. Throws `invalid-input` for anybody else, who can have none. */
export function grantPolicy(policy: ManagedPolicy, { grantPrincipal }: IGrantable): void {
  const identity: Partial<IRole & IUser & IGroup> = grantPrincipal as object;
  if (identity.roleName !== undefined) policy.attachToRole(identity as IRole);
  else if (identity.userName !== undefined) policy.attachToUser(identity as IUser);
  else if (identity.groupName !== undefined) policy.attachToGroup(identity as IGroup);
  else throw invalidInput("a role, a user or a group", "grantOperate", grantPrincipal.toString());
}
