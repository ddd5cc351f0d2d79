import { createHash } from "node:crypto";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType } from "aws-cdk-lib";
import { Architecture, Code } from "aws-cdk-lib/aws-lambda";
import { quote, SafelightError } from "../../src/domain/model/errors.js";
import type { DeployedConfiguration } from "../configuration.js";
import { type FunctionName, isUsed } from "./function-files.js";
import type { HeicDecoder } from "./heic-decoder.js";
import type { Cpu } from "./native-files.js";
import { unpackFunctions } from "./packed-functions.js";
import { RUNTIME } from "./runtime.js";
import { fetchSharpForLambda } from "./sharp-for-lambda.js";

/** The contents of a function's folder. */
export interface FunctionFolder {
  /** The name of its bundle. */
  readonly name: FunctionName;
  /** The folder of all bundles. Left out: those that the package brings. */
  readonly bundles?: string;
  /** The configuration that goes into it. Left out: none. */
  readonly configuration?: DeployedConfiguration;
  /** Whose native parts of sharp go into it. Left out: none. */
  readonly sharp?: Architecture;
  /** The decoder of HEIC that goes into it. Left out: none. */
  readonly heic?: HeicDecoder;
}

/**
 * The code of a function: its bundle, the configuration beside it and, if it renders, sharp for its processors and the decoder
 * of HEIC. All of it is put together on this machine; Docker is never used. Throws `invalid-input` if there is no such bundle.
 */
export function bundleFunctionCode({
  name,
  bundles = unpackFunctions(),
  configuration,
  sharp,
  heic,
}: FunctionFolder): Code {
  const bundle = join(bundles, name);
  if (!existsSync(bundle))
    throw new SafelightError(
      "invalid-input",
      `expected the bundle of ${name} in ${quote(bundles)} but received nothing; in a checkout, run npm run build:lambda`,
    );
  return Code.fromAsset(bundle, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: RUNTIME.bundlingImage,
      // CDK keeps one result for all assets of a folder whose options are equal, and the work below is none of them.
      environment: { PARTS: digestParts(configuration, sharp, heic) },
      local: {
        tryBundle(folder: string): true {
          copyUsed(bundle, folder, name);
          for (const [file, content] of configuration?.files ?? [])
            writeFileSync(join(folder, file), content);
          const modules = join(folder, "node_modules");
          if (sharp) copyUsed(fetchSharpForLambda(toCpu(sharp)), modules);
          heic?.copyFiles(modules);
          return true;
        },
      },
    },
  });
}

function digestParts(
  configuration?: DeployedConfiguration,
  sharp?: Architecture,
  heic?: HeicDecoder,
): string {
  const digest = createHash("sha256").update(`${sharp?.name ?? "none"} ${heic?.digest ?? "none"}`);
  for (const [name, content] of configuration?.files ?? []) digest.update(`\0${name}\0`).update(content);
  return digest.digest("hex");
}

function copyUsed(from: string, to: string, name?: FunctionName): void {
  cpSync(from, to, { recursive: true, filter: (path) => isUsed(path, name) });
}

function toCpu({ name }: Architecture): Cpu {
  return name === Architecture.ARM_64.name ? "arm64" : "x64";
}
