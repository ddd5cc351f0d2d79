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
    if (NAME.test(name) && !isOurs(name)) environment[name] ??= value;
  }
  // An empty variable is as if it were not there: it hides nothing.
  const layers = [defaults, file, environment, commandLine].map((layer) =>
    Object.fromEntries(Object.entries(layer).filter(([, value]) => value)),
  );
  return {
    variables: Object.assign({}, ...layers),
    faults: Object.keys(file).flatMap((name) => {
      if (!NAME.test(name)) return `expected one NAME=value a line in ${quote(path)} but received other text`;
      if (!isOurs(name) || SETTING_NAMES.has(name)) return [];
      return `expected the names of settings in ${quote(path)} but received ${quote(name)}`;
    }),
  };
}

/** A name of a variable. Text without `=` becomes a part of the next name, and may be a secret: it is not repeated. */
const NAME = /^\w+$/;

/** Whether a name can only be that of a setting; secrets of webhooks have names of their own. */
function isOurs(name: string): boolean {
  return name.startsWith("SAFELIGHT_") && !name.startsWith("SAFELIGHT_WEBHOOK");
}

const END = "END_OF_SETTINGS";

function readSettingsFile(path: string): NodeJS.ProcessEnv {
  try {
    // Editors of some systems begin a file with a byte order mark, which would be a part of the first name.
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    // With a last line of ours, text without `=` at the end becomes a part of a name too, instead of nothing.
    const { [END]: _, ...settings } = parseEnv(`${text}\n${END}=1`);
    return settings;
  } catch (cause) {
    const message = `expected a file that can be read for ${VARIABLES.settings} but received ${quote(path)}`;
    throw new SafelightError("invalid-input", message, { cause });
  }
}
