import { setTimeout } from "node:timers/promises";
import type { CdnUrls, EventPublisher, Sleep, UploadTickets } from "../../../src/index.js";
import { ToyBlobStore } from "./blob-store.js";
import { ToyChangeQueue } from "./change-queue.js";
import type { ToyConnection } from "./connection.js";
import { ToyMetadataRepository } from "./metadata-repository.js";

export { ToyConnection } from "./connection.js";
export { type Numbering, ToyService } from "./service.js";

/** Every port of the toy family but the engine, over one connection. It has no tagger. */
export function createToyFamily(connection: ToyConnection) {
  return {
    originals: new ToyBlobStore(connection, "originals"),
    renditions: new ToyBlobStore(connection, "renditions"),
    records: new ToyMetadataRepository(connection),
    queue: new ToyChangeQueue(connection),
    urls: createUrls(connection),
    events: createEvents(connection),
    tickets: createTickets(connection),
    sleep: ((milliseconds, signal) => setTimeout(milliseconds, undefined, { signal })) satisfies Sleep,
  };
}

function createUrls(connection: ToyConnection): CdnUrls {
  return {
    getUrl: async (key) => `https://cdn.toy.example/${key.split("/").map(encodeURIComponent).join("/")}`,
    invalidate: async (keys) => {
      const own = [...keys];
      await connection.request("invalidate", (service) => void service.invalidated.push(...own));
    },
  };
}

function createEvents(connection: ToyConnection): EventPublisher {
  return {
    publish: async (event) => {
      const text = JSON.stringify(event);
      await connection.request("publish", (service) => void service.events.push(text));
    },
  };
}

/** Signed PUTs: the signature covers key and time alone. */
function createTickets(connection: ToyConnection): UploadTickets {
  return {
    binds: { contentType: false, size: false, metadata: false },
    issue: async ({ key, contentType, expiresIn }) => {
      const { service } = connection;
      const expiresAt = new Date(service.clock().getTime() + expiresIn * 1_000);
      const url = service.uploadUrl(key, expiresAt);
      return { method: "PUT", url, headers: { "content-type": contentType }, fields: {}, expiresAt };
    },
  };
}
