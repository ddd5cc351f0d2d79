import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Table } from "aws-cdk-lib/aws-dynamodb";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { quote, SafelightError } from "../src/domain/model/errors.js";
import { parseJson } from "../src/entrypoints/configuration/json-text.js";
import type { ImagePipelineProps } from "./image-pipeline-props.js";
import type { ApiProps } from "./props/api-props.js";

/** One stack: where it is deployed, and the properties of its pipeline. */
export interface Deployment {
  readonly stackName: string;
  /** Whether the stack cannot be deleted before somebody allows it. */
  readonly terminationProtection: boolean;
  /** Left out: whichever account and region the credentials are for. */
  readonly env?: { readonly account?: string; readonly region?: string };
  /** The names of buckets and of a table that are there already, such as those that an earlier stack has left. */
  readonly stores: { readonly originals?: string; readonly renditions?: string; readonly table?: string };
  readonly props: ImagePipelineProps;
}

/** The settings of a stack in the file, each checked. Whatever needs more than these uses the construct in an app of its own. */
const SETTINGS = {
  stackName: checkString,
  account: checkString,
  region: checkString,
  configuration: checkString,
  retention: createChoiceCheck("production", "development"),
  trigger: createChoiceCheck("queue", "direct", "eventbridge"),
  tagging: checkBoolean,
  dashboard: checkBoolean,
  searchByName: checkBoolean,
  tracing: checkBoolean,
  maxConcurrency: checkNumber,
  authorization: createChoiceCheck("iam", "open"),
  origins: checkStrings,
  alarmEmails: checkStrings,
  monthlyBudget: checkNumber,
  originals: checkString,
  renditions: checkString,
  table: checkString,
};

type Settings = { readonly [Name in keyof typeof SETTINGS]?: ReturnType<(typeof SETTINGS)[Name]> };

/**
 * Reads the file that says which stacks there are, by name. Paths inside it are relative to it. Throws `invalid-input`
 * for a setting that it does not know, or whose value is of another kind.
 *
 * What retains its data is protected against termination, unless `protect` is `false`: the CDK CLI turns the protection on
 * before it creates a stack, and could not delete the remains of a creation that failed.
 */
export function readDeployments(
  path: string,
  { protect = true }: { readonly protect?: boolean } = {},
): ReadonlyMap<string, Deployment> {
  const file = resolve(path);
  const stacks = parseJson(readFileSync(file, "utf8"), path);
  if (!isObject(stacks)) throw createInvalidInput("an object of stacks", path, stacks);
  return new Map(
    Object.entries(stacks).map(([name, value]) => [
      name,
      toDeployment(name, checkSettings(name, value), { folder: dirname(file), protect }),
    ]),
  );
}

function toDeployment(
  name: string,
  settings: Settings,
  { folder, protect }: { readonly folder: string; readonly protect: boolean },
): Deployment {
  const { stackName = `Safelight-${name}`, account, region, configuration, alarmEmails, ...rest } = settings;
  const { authorization, origins, originals, renditions, table, monthlyBudget, ...props } = rest;
  const stores = {
    ...(originals && { originals }),
    ...(renditions && { renditions }),
    ...(table && { table }),
  };
  const api: ApiProps = {
    ...(authorization && { authorization: { type: authorization } }),
    ...(origins && { cors: { origins } }),
  };
  return {
    stackName,
    terminationProtection: protect && settings.retention !== "development",
    ...((account || region) && { env: { ...(account && { account }), ...(region && { region }) } }),
    stores,
    props: {
      ...props,
      api,
      ...(monthlyBudget !== undefined && { spending: { monthlyBudget } }),
      ...(configuration && { configuration: resolve(folder, configuration) }),
      ...(alarmEmails && { alarms: { emails: alarmEmails } }),
    },
  };
}

/** Returns the properties for the stores of a deployment that are there already. */
export function importStores(
  scope: Construct,
  { originals, renditions, table }: Deployment["stores"],
): Pick<ImagePipelineProps, "originals" | "renditions" | "table"> {
  return {
    ...(originals && { originals: Bucket.fromBucketName(scope, "KeptOriginals", originals) }),
    ...(renditions && { renditions: Bucket.fromBucketName(scope, "KeptRenditions", renditions) }),
    ...(table && { table: Table.fromTableName(scope, "KeptTable", table) }),
  };
}

function checkSettings(stack: string, value: unknown): Settings {
  if (!isObject(value)) throw createInvalidInput("an object of settings", stack, value);
  const known: Readonly<Record<string, (value: unknown, name: string) => unknown>> = SETTINGS;
  const checked = Object.entries(value).map(([key, setting]) => {
    const check = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!check) throw createInvalidInput(`one of ${Object.keys(known).join(", ")}`, stack, key);
    return [key, check(setting, `${stack}.${key}`)] as const;
  });
  return Object.fromEntries(checked);
}

function checkString(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw createInvalidInput("a string", name, value);
}

function checkStrings(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value)) throw createInvalidInput("a list of strings", name, value);
  return value.map((one) => checkString(one, name));
}

function checkBoolean(value: unknown, name: string): boolean {
  if (typeof value === "boolean") return value;
  throw createInvalidInput("true or false", name, value);
}

function checkNumber(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  throw createInvalidInput("a number", name, value);
}

function createChoiceCheck<const Value extends string>(...values: readonly Value[]) {
  return (value: unknown, name: string): Value => {
    const found = values.find((one) => one === value);
    if (found === undefined) throw createInvalidInput(`one of ${values.join(", ")}`, name, value);
    return found;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function createInvalidInput(what: string, name: string, received: unknown): SafelightError {
  return new SafelightError("invalid-input", `expected ${what} for ${name} but received ${quote(received)}`);
}
