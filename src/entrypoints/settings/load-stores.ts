import type { TraceCall } from "../../adapters/aws/trace-calls.js";
import { SafelightError } from "../../domain/model/errors.js";
import type { Module } from "../container/module.js";
import type { ProcessTelemetry } from "../telemetry/process-telemetry.js";
import type { SharedStores, StoreSettings } from "./read-store-settings.js";
import { VARIABLES } from "./variables.js";

/** The packages that a kind of stores needs beside Safelight. */
export const STORE_PACKAGES: Readonly<Record<StoreSettings["kind"], readonly string[]>> = {
  local: [],
  "s3+postgres": ["pg", "@aws-sdk/client-s3", "@aws-sdk/s3-presigned-post"],
  aws: [
    "@aws-sdk/client-s3",
    "@aws-sdk/s3-presigned-post",
    "@aws-sdk/client-dynamodb",
    "@aws-sdk/client-sqs",
  ],
};

/**
 * Loads the modules of the stores that settings name; of a data directory for a process that works its queue. The calls of
 * AWS are traced, if there is telemetry. Nothing is opened yet. Throws `invalid-input` that names the packages which are not installed.
 */
export async function loadStores(
  stores: StoreSettings,
  telemetry?: ProcessTelemetry,
): Promise<readonly Module[]> {
  assertInstalled(stores.kind);
  if (stores.kind === "aws") {
    const { createAwsStores } = await import("../lambda/aws-stores.js");
    const traceCall: TraceCall = ({ service, operation }, send) =>
      telemetry ? telemetry.traceWork(service, { operation }, send) : send();
    return [createAwsStores(stores.settings, { traceCall })];
  }
  if (stores.kind === "s3+postgres") return loadSharedStores(stores);
  const { dir, publicUrl } = stores;
  const baseUrl = publicUrl && `${publicUrl.replace(/\/+$/, "")}/renditions`;
  const { localModule } = await import("../container/local-module.js");
  return [localModule({ dir, ...(baseUrl && { baseUrl, negotiates: true }) })];
}

async function loadSharedStores(stores: SharedStores): Promise<readonly Module[]> {
  const { s3Module } = await import("../container/s3-module.js");
  const { postgresModule } = await import("../container/postgres-module.js");
  const { originals, renditions, baseUrl, negotiates, lacks, uploadEndpoint } = stores;
  const { endpoint, region, credentials, pathStyle, databaseUrl, schema, connections } = stores;
  const client = { endpoint, region, credentials, pathStyle };
  return [
    s3Module({
      client,
      ...(uploadEndpoint !== undefined && { uploadsTo: { ...client, endpoint: uploadEndpoint } }),
      originals,
      renditions,
      baseUrl,
      negotiates,
      capabilities: Object.fromEntries(lacks.map((name) => [name, false])),
    }),
    postgresModule({ connectionString: databaseUrl, schema, connections }),
  ];
}

function assertInstalled(kind: StoreSettings["kind"]): void {
  const missing = STORE_PACKAGES[kind].filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const names = missing.join(" ");
  throw new SafelightError(
    "invalid-input",
    `expected ${names} beside safelight for ${VARIABLES.stores} ${kind} but found none; run npm install ${names}`,
  );
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
