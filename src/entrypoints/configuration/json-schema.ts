import * as z from "zod";
import { configurationSchema } from "./schema.js";

/**
 * The schema of a configuration file for editors: JSON Schema draft 7, the newest that they all understand. What it
 * cannot say (a spec that is named but not there, names that differ only in case) is found when the file is read.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  return {
    title: "Safelight configuration",
    ...z.toJSONSchema(configurationSchema, { io: "input", target: "draft-7" }),
  };
}
