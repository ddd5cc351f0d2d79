import { Grant, type IGrantable, type PolicyStatement } from "aws-cdk-lib/aws-iam";

/** Grants everything that the statements allow, as one grant. */
export function grantStatements(grantee: IGrantable, statements: readonly PolicyStatement[]): Grant {
  return statements
    .map(({ actions, resources: resourceArns }) => Grant.addToPrincipal({ grantee, actions, resourceArns }))
    .reduce((one, other) => one.combine(other));
}
