import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quote, SafelightError } from "../../src/domain/model/errors.js";
import type { PipelineConfig } from "../../src/domain/model/pipeline-config.js";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import type { CdnOptions } from "./cdn.js";
import { unpackFunctions } from "./packed-functions.js";

/**
 * The code of the function that chooses by `Accept`, where a spec has several formats or `cdn.negotiation` asks for it.
 * Throws `invalid-input` if it is not among the bundles.
 */
export function findNegotiation(
  { thumbnails }: PipelineConfig,
  { cdn, bundles = unpackFunctions() }: Pick<ImagePipelineProps, "cdn" | "bundles">,
): Pick<CdnOptions, "negotiation"> {
  const isNeeded = Object.values(thumbnails).some(
    (spec) => "format" in spec && typeof spec.format !== "string" && spec.format.length > 1,
  );
  const isWanted = cdn !== false && (cdn?.negotiation ?? isNeeded);
  if (!isWanted) return {};
  const file = join(bundles, "negotiate", "index.js");
  if (!existsSync(file))
    throw new SafelightError(
      "invalid-input",
      `expected the bundle of negotiate in ${quote(bundles)} but received nothing; in a checkout, run npm run build:lambda`,
    );
  return { negotiation: readFileSync(file, "utf8") };
}
