import type { DeployedTemplate } from "./template.js";

/** Kinds of resources whose names are one set for all regions of an account; a policy is named within its role. */
const GLOBAL = /^AWS::(?:CloudFront::|S3::|IAM::(?!Policy)|CloudWatch::Dashboard$)/;

/** Properties that a service takes as a name, or remembers like one. */
const NAME = /^(?:Name|CallerReference|\w+Name)$/;

/** A name that a template gives, by its path in the template. */
export type GivenName = readonly [path: string, name: string];

/** The names in the properties of a resource: those that it has itself, and of CloudFront's also those in its configuration. */
export function listOwnNames(
  id: string,
  properties: Readonly<Record<string, unknown>>,
): readonly GivenName[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    if (typeof value === "string") return NAME.test(key) ? [[`${id}.${key}`, value] as const] : [];
    return key.endsWith("Config") && typeof value === "object" && value !== null
      ? listOwnNames(`${id}.${key}`, { ...value })
      : [];
  });
}

/** The names that a stack takes from all regions of its account. */
export function listGlobalNames(template: DeployedTemplate): readonly GivenName[] {
  return template
    .listTypes()
    .filter((type) => GLOBAL.test(type))
    .flatMap((type) =>
      template.listResources(type).flatMap(({ id, properties }) => listOwnNames(`${type} ${id}`, properties)),
    );
}
