import type { Command } from "commander";
import { mergeVariables } from "../settings/merge-variables.js";
import { VARIABLES } from "../settings/variables.js";

/** The values that the options of a command have. */
type Values = Readonly<Record<string, unknown>>;

/**
 * Collects the settings of a command that serves or works: its options as they were typed, then the environment, then the
 * file that one of them names, then the defaults of the options. Throws `invalid-input` for a file that cannot be read.
 */
export function collectSettings(command: Command) {
  const values: Values = command.opts();
  const isTyped = (name: string) => command.getOptionValueSource(name) === "cli";
  return mergeVariables(
    toVariables(values, isTyped),
    process.env,
    toVariables(values, (name) => !isTyped(name)),
  );
}

function toVariables(values: Values, isMeant: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(VARIABLES)
      .filter(([name]) => values[name] !== undefined && isMeant(name))
      .map(([name, variable]) => [variable, toText(values[name])]),
  );
}

function toText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(",") : String(value);
}
