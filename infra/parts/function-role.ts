import {
  type AddToPrincipalPolicyResult,
  Policy,
  PolicyDocument,
  type PolicyStatement,
  Role,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/**
 * The role of one function. Its own rights are within it, so that the function has them from the start. A right that an
 * app grants to the function later goes to a policy beside the role, for which the function does not wait: a right on the
 * bucket that notifies the function would otherwise wait for itself.
 */
export class FunctionRole extends Role {
  readonly #scope: Construct;
  #granted: Policy | undefined;

  constructor(scope: Construct, id: string, statements: readonly PolicyStatement[]) {
    super(scope, id, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: { Only: new PolicyDocument({ statements: [...statements] }) },
    });
    this.#scope = scope;
  }

  override addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    this.#granted ??= this.#createPolicy();
    this.#granted.addStatements(statement);
    return { statementAdded: true, policyDependable: this.#granted };
  }

  #createPolicy(): Policy {
    const policy = new Policy(this.#scope, `${this.node.id}Grants`);
    this.attachInlinePolicy(policy);
    return policy;
  }
}
