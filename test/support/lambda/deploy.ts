import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isUsed } from "../../../infra/parts/function-files.js";
import { FUNCTION_SIZES } from "../../../infra/parts/function-sizes.js";
import { VARIABLES } from "../../../src/entrypoints/lambda/settings.js";
import { ACCOUNT, REGION } from "../cloud/clients.js";
import { type Cloud, DISTRIBUTION_ID } from "../cloud/cloud.js";
import { findBuiltBundles } from "./built-bundles.js";
import { type FunctionOptions, startFunction } from "./function.js";

/** The functions that there are. */
export const FUNCTIONS = ["invalidate", "process", "read", "reconcile", "write"] as const;

type FunctionName = (typeof FUNCTIONS)[number];

/** The bundles of functions, made for one test file. */
export interface Bundles {
  /** The folder of a function, with this machine's sharp in it. */
  getFolder(name: string): string;
  /** Returns esbuild's report about its bundle. */
  readMetafile(name: string): string;
  close(): Promise<void>;
}

/**
 * Copies the bundles of these functions, by default of all, into a temporary folder that the test file may change: the
 * files that a deployment has, and no others.
 */
export async function bundleFunctions(names: readonly FunctionName[] = FUNCTIONS): Promise<Bundles> {
  const outdir = await mkdtemp(join(tmpdir(), "safelight-lambda-"));
  const built = await findBuiltBundles();
  for (const name of names)
    for (const part of [name, `${name}.meta.json`])
      await cp(join(built, part), join(outdir, part), {
        recursive: true,
        filter: (path) => isUsed(path, name),
      });
  if (names.includes("process"))
    await symlink(resolve("node_modules", "@img"), join(outdir, "process", "node_modules", "@img"));
  return {
    getFolder: (name) => join(outdir, name),
    readMetafile: (name) => join(outdir, `${name}.meta.json`),
    close: () => rm(outdir, { recursive: true, force: true }),
  };
}

/** The variables that a deployment gives its functions, for the local cloud. */
export function createVariables(cloud: Cloud): Readonly<Record<string, string>> {
  const { originals, renditions, queueUrl, topicArn = "", invalidationQueueUrl = "" } = cloud.options;
  const { s3, dynamodb, sqs, sns, cloudfront } = cloud.endpoints;
  return {
    [VARIABLES.originals]: originals,
    [VARIABLES.renditions]: renditions,
    [VARIABLES.table]: "ImageMetadata",
    [VARIABLES.queueUrl]: queueUrl,
    [VARIABLES.topicArn]: topicArn,
    [VARIABLES.cdnDomain]: "images.example",
    [VARIABLES.invalidationQueueUrl]: invalidationQueueUrl,
    [VARIABLES.distributionId]: DISTRIBUTION_ID,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
    AWS_MAX_ATTEMPTS: "1",
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_SNS: sns,
    AWS_ENDPOINT_URL_CLOUDFRONT: cloudfront,
  };
}

/** Starts a bundled function on the local cloud, by default with the deployment's timeout; `environment` goes over its variables. */
export function deployFunction(
  name: FunctionName,
  { cloud, bundles }: { cloud: Cloud; bundles: Bundles },
  { environment = {}, ...options }: Partial<Omit<FunctionOptions, "folder">> = {},
) {
  const variables = { ...createVariables(cloud), ...environment };
  return startFunction({
    seconds: FUNCTION_SIZES[name].timeoutSeconds,
    ...options,
    folder: bundles.getFolder(name),
    environment: variables,
  });
}

/** Writes a configuration beside the bundle of `process`; resolves to what its variable is set to. */
export async function writeConfig(bundles: Bundles, name: string, config: unknown): Promise<string> {
  await writeFile(join(bundles.getFolder("process"), name), JSON.stringify(config));
  return name;
}
