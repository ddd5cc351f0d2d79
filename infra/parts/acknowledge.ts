import { Stack, Validations } from "aws-cdk-lib";
import { Policy, type PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

/** Says why a rule of cdk-nag does not hold here, on the one construct that it is about. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** Says of each star in the statements of a role or a policy why it is there; a star that is not in them would be reported. */
export function acknowledgeStars(role: IConstruct, statements: readonly PolicyStatement[]): void {
  const resources = new Set(
    statements.flatMap((one) => one.resources.map((arn) => formatResource(Stack.of(role).resolve(arn)))),
  );
  const starred = [...resources].filter((resource) => resource.includes("*"));
  for (const resource of starred) {
    const reason =
      resource === "*"
        ? "X-Ray knows no resources, and neither does Rekognition for pictures that are sent along."
        : resource.includes(":stack/")
          ? "The star stands for the id of this one stack, by whose name it is looked at."
          : "The star stands for the objects of this one bucket; their keys are chosen by those who upload.";
    acknowledge(role, `AwsSolutions-IAM5[Resource::${resource}]`, reason);
  }
  if (starred.length === 0) return;
  const reason = "Stars stand for keys in one bucket and for services without resources; no action has one.";
  acknowledge(role, "Serverless-LambdaStarPermissions", reason);
}

/** CDK's own function that puts files into buckets: one for the whole stack, which runs in deployments only. */
export function acknowledgeDeployment(scope: IConstruct): void {
  const handler = Stack.of(scope).node.children.find(({ node }) =>
    node.id.startsWith("Custom::CDKBucketDeployment"),
  );
  if (!handler) return;
  const reason = "CDK's own function that puts files into buckets; it runs in deployments only.";
  const stars = handler.node
    .findAll()
    .filter((child) => child instanceof Policy)
    .flatMap(({ document }) => listStars(Stack.of(scope).resolve(document)));
  for (const rule of [...DEPLOYMENT_RULES, ...new Set(stars)]) acknowledge(handler, rule, reason);
}

function listStars({ Statement }: { readonly Statement: readonly StarredStatement[] }): readonly string[] {
  return Statement.flatMap(({ Action, Resource }) => [
    ...[Action].flat().map((action) => `AwsSolutions-IAM5[Action::${action}]`),
    ...[Resource].flat().map((resource) => `AwsSolutions-IAM5[Resource::${formatResource(resource)}]`),
  ]).filter((id) => id.includes("*"));
}

interface StarredStatement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const DEPLOYMENT_RULES = [
  "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
  "AwsSolutions-L1",
  "Serverless-LambdaDLQ",
  "Serverless-LambdaLatestVersion",
  "Serverless-LambdaTracing",
];

/** A resource as cdk-nag writes it: references by what they refer to, in angle brackets. */
function formatResource(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatResource).join("");
  if (typeof value !== "object" || value === null) return String(value);
  if ("Ref" in value) return `<${value.Ref}>`;
  if ("Fn::GetAtt" in value && Array.isArray(value["Fn::GetAtt"]))
    return `<${value["Fn::GetAtt"].join(".")}>`;
  if ("Fn::Sub" in value) return String(value["Fn::Sub"]).replace(/\$\{([\w:]+)\}/g, "<$1>");
  if ("Fn::Join" in value && Array.isArray(value["Fn::Join"])) {
    const [separator, parts] = value["Fn::Join"] as [string, readonly unknown[]];
    return parts.map(formatResource).join(separator);
  }
  return JSON.stringify(value);
}
