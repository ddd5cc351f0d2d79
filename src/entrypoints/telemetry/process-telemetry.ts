import type { Module } from "../container/module.js";
import { createByteCounters } from "./count-bytes.js";
import { NO_METERS } from "./meters.js";
import type { Telemetry } from "./observe-settlement.js";

/** Where a process that works a queue counts and traces; it has a log of its own. */
export type ProcessTelemetry = Omit<Telemetry, "log">;

/** Counts and traces nothing. */
export const NO_TELEMETRY: ProcessTelemetry = {
  meters: NO_METERS,
  traceWork: (_name, _attributes, work) => work(),
};

/** The modules by which a process counts what no settlement tells. */
export function createTelemetryModules({ meters }: ProcessTelemetry): readonly Module[] {
  return meters === NO_METERS ? [] : createByteCounters(meters);
}
