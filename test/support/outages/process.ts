import { setTimeout } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import type { PostgresAdapters } from "../../../src/adapters/postgres/index.js";
import { type S3Adapters, s3 } from "../../../src/adapters/s3/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import { allowAll, type HttpApi, httpApi } from "../../../src/entrypoints/http/index.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import type { Log } from "../../../src/ports/log.js";
import type { Sleep } from "../../../src/ports/sleep.js";
import type { UploadTickets } from "../../../src/ports/upload-tickets.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createClientOptions } from "../cloud/clients.js";
import type { TestSchema } from "../postgres/index.js";

/** Where the parts of a deployment are. */
export interface Places {
  readonly schema: TestSchema;
  /** Of the database. */
  readonly connectionString: string;
  /** Of the store. */
  readonly endpoint: string;
  readonly buckets: { readonly originals: string; readonly renditions: string };
}

/** A process of a deployment on a database and a store: an API, a worker, or both. */
export interface PlayedProcess {
  readonly pipeline: Pipeline;
  readonly db: PostgresAdapters;
  readonly stores: S3Adapters;
  /** The lines that it logged. */
  readonly log: readonly string[];
  /** As its own pauses, for whoever calls it. */
  readonly pause: Sleep;
  /** Sends a request to its API, which names what is uploaded by `id`. */
  ask(id: string, path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Opens a process. It sleeps for `longestPause` milliseconds at most, whatever it asks for, and tries no request to the store
 * twice by itself.
 */
export function openProcess(
  { schema, connectionString, endpoint, buckets }: Places,
  longestPause = 10,
): PlayedProcess {
  const pause: Sleep = (milliseconds, signal) =>
    setTimeout(Math.min(milliseconds, longestPause), undefined, { signal });
  const db = schema.open({ connectionString });
  const client = new S3Client({
    ...createClientOptions(endpoint),
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const stores = s3({
    client,
    ...buckets,
    baseUrl: "https://images.example",
    capabilities: { forms: false, bindsContentType: false, bindsMetadata: false },
  });
  const { originals, tickets } = db.keepOrder(stores);
  const { renditions, urls } = stores;
  const { records, queue, events, eventLog } = db;
  const log: string[] = [];
  const write: Log = (level, message, fields) =>
    void log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const pipeline = definePipeline({
    ...{ originals, renditions, records, queue, urls, events, eventLog, log: write },
    engine: createAnyBytesEngine(),
    sleep: pause,
  });
  const createApi = (id: string) =>
    httpApi({
      pipeline,
      tickets: tickets as UploadTickets,
      authorize: allowAll(),
      ids: () => id,
      log: write,
    });
  const apis = new Map<string, HttpApi>();
  return {
    pipeline,
    db,
    stores,
    log,
    pause,
    ask: async (id, path, init) => {
      const api = apis.get(id) ?? createApi(id);
      apis.set(id, api);
      return api.fetch(new Request(`http://api.example${path}`, init));
    },
    close: async () => {
      await db.close();
      client.destroy();
    },
  };
}

/** The fake engine for real files: each is a picture of its own. */
function createAnyBytesEngine(): ImageEngine {
  const engine = createFakeEngine();
  const toFake = (bytes: Uint8Array) =>
    Buffer.from(bytes).toString("latin1").startsWith("IMG ")
      ? bytes
      : createFakeImage({ format: "png", width: 40, height: 30, payload: computeSha256(bytes) });
  return {
    ...engine,
    inspect: (bytes, ...rest) => engine.inspect(toFake(bytes), ...rest),
    render: (bytes, ...rest) => engine.render(toFake(bytes), ...rest),
  };
}
