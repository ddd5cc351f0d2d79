import type { LogLevel } from "../../ports/log.js";
import { SettingReader } from "../lambda/setting-reader.js";
import { LOG_LEVELS, MAX_CONCURRENCY, MAX_PORT, MAX_WAITING } from "./limits.js";
import { readStoreSettings, type StoreSettings } from "./read-store-settings.js";
import { VARIABLES } from "./variables.js";
import { isWebAddress, isWebOrigin } from "./web-addresses.js";

/** The settings of a process that serves or works. */
export interface ProcessSettings {
  readonly stores: StoreSettings;
  /** Absent: `safelight.config.json`, if there is one. */
  readonly config?: string;
  readonly concurrency: number;
  readonly log: LogLevel;
  readonly host: string;
  /** Absent: the process does not listen. */
  readonly port?: number;
  readonly publicUrl?: string;
  readonly cors: readonly string[];
  readonly maxWaiting: number;
  readonly dashboard: boolean;
  readonly work: boolean;
  readonly watch?: string;
  readonly token?: string;
  readonly stopMilliseconds: number;
  /** Absent: nothing is counted or traced. */
  readonly telemetry?: "opentelemetry";
}

/** The tokens that can neither be guessed nor are no token. */
const TOKEN = /^[\x21-\x7e]{16,}$/;

/**
 * Reads the variables of {@link VARIABLES}; an empty one is as if it were not there. Throws one `invalid-input` that lists
 * everything that is missing or wrong, `faults` that were found before among it, and shows no secret.
 */
export function readProcessSettings(
  variables: NodeJS.ProcessEnv,
  faults: readonly string[] = [],
): ProcessSettings {
  const reader = new SettingReader(variables);
  for (const fault of faults) reader.add(fault);
  const publicUrl = reader.readOptional(VARIABLES.publicUrl, "a URL such as https://images.example", {
    test: isWebAddress,
  });
  const settings = {
    stores: readStoreSettings(reader, publicUrl),
    config: reader.readOptional(VARIABLES.config, "the path of a file", /./),
    concurrency: reader.readInteger(VARIABLES.concurrency, [1, MAX_CONCURRENCY], 1),
    log: reader.readChoice(VARIABLES.log, LOG_LEVELS) ?? "warn",
    host: reader.readOptional(VARIABLES.host, "an address", /^\S+$/) ?? "127.0.0.1",
    port: reader.has(VARIABLES.port) ? reader.readInteger(VARIABLES.port, [0, MAX_PORT], 0) : undefined,
    publicUrl,
    cors: reader.readList(VARIABLES.cors, "origins such as https://app.example, with commas between them,", {
      test: isWebOrigin,
    }),
    maxWaiting: reader.readInteger(VARIABLES.maxWaiting, [1, MAX_WAITING], 10_000),
    dashboard: reader.readYesNo(VARIABLES.dashboard) ?? true,
    work: reader.readYesNo(VARIABLES.work) ?? true,
    watch: reader.readOptional(VARIABLES.watch, "the path of a folder", /./),
    token: reader.readSecret(
      VARIABLES.token,
      "at least 16 printable ASCII characters without spaces (create them with: openssl rand -hex 32)",
      TOKEN,
    ),
    telemetry: reader.readOptional(VARIABLES.telemetry, "opentelemetry, or nothing,", /^opentelemetry$/)
      ? ("opentelemetry" as const)
      : undefined,
    stopMilliseconds: 1_000 * reader.readInteger(VARIABLES.stopSeconds, [0, 3_600], 25),
  };
  if (settings.watch !== undefined && settings.stores.kind !== "local")
    reader.refuse(VARIABLES.watch, `nothing beside ${VARIABLES.stores} ${settings.stores.kind}`);
  reader.throwErrors();
  return settings;
}
