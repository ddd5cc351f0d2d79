import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { SETTING_NAMES, VARIABLES } from "./variables.js";

/** The settings that a process was given, and what is wrong with how. */
export interface MergedVariables {
  readonly variables: NodeJS.ProcessEnv;
  readonly faults: readonly string[];
}

/**
 * Merges settings from the command line, the environment and a file, if one of the first two names it: the first of them
 * that has a setting counts, and `defaults` count last. What else is in the file, such as what the SDK of a store reads
 * by itself, is put into `environment`, unless it is there already. Throws `invalid-input` for a file that cannot be read.
 */
export function mergeVariables(
  commandLine: NodeJS.ProcessEnv,
  environment: NodeJS.ProcessEnv,
  defaults: NodeJS.ProcessEnv,
): MergedVariables {
  const path = commandLine[VARIABLES.settings] || environment[VARIABLES.settings];
  const file = path ? readSettingsFile(path) : {};
  for (const [name, value] of Object.entries(file)) {
    if (!isOurs(name)) environment[name] ??= value;
  }
  // An empty variable is as if it were not there: it hides nothing.
  const layers = [defaults, file, environment, commandLine].map((layer) =>
    Object.fromEntries(Object.entries(layer).filter(([, value]) => value)),
  );
  return {
    variables: Object.assign({}, ...layers),
    faults: Object.keys(file)
      .filter((name) => isOurs(name) && !SETTING_NAMES.has(name))
      .map((name) => `expected the names of settings in ${quote(path)} but received ${quote(name)}`),
  };
}

/** Whether a name can only be that of a setting; secrets of webhooks have names of their own. */
function isOurs(name: string): boolean {
  return name.startsWith("SAFELIGHT_") && !name.startsWith("SAFELIGHT_WEBHOOK");
}

function readSettingsFile(path: string): NodeJS.ProcessEnv {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (cause) {
    const message = `expected a file that can be read for ${VARIABLES.settings} but received ${quote(path)}`;
    throw new SafelightError("invalid-input", message, { cause });
  }
}
