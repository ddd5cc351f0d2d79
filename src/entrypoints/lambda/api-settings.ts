import { SafelightError, shown } from "../../domain/model/errors.js";

/** The environment variables of the functions behind the API, beside those of every function. */
export const API_VARIABLES = {
  /** The scope that a JWT must have to read. Left out: `safelight/read`. */
  readScope: "SAFELIGHT_READ_SCOPE",
  /** The scope that a JWT must have to write. Left out: `safelight/write`. */
  writeScope: "SAFELIGHT_WRITE_SCOPE",
  /** `everybody` lets everybody in, authorised or not. Left out: only who an authoriser of the gateway let in. */
  openTo: "SAFELIGHT_API_OPEN_TO",
} as const;

/** Who may use the API. */
export interface ApiSettings {
  readonly scopes: { readonly read: string; readonly write: string };
  readonly open: boolean;
}

/** Reads the variables of {@link API_VARIABLES}. Throws `invalid-input` for a word that is not one of theirs. */
export function readApiSettings(variables: NodeJS.ProcessEnv = process.env): ApiSettings {
  const openTo = variables[API_VARIABLES.openTo] || undefined;
  if (openTo !== undefined && openTo !== "everybody") {
    throw new SafelightError(
      "invalid-input",
      `expected everybody, or nothing, for ${API_VARIABLES.openTo} but received ${shown(openTo)}`,
    );
  }
  return {
    scopes: {
      read: variables[API_VARIABLES.readScope] || "safelight/read",
      write: variables[API_VARIABLES.writeScope] || "safelight/write",
    },
    open: openTo !== undefined,
  };
}
