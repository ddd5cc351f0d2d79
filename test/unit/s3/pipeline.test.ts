import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { type S3Adapters, type S3Capabilities, s3 } from "../../../src/adapters/s3/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";
import { sendTicket } from "../../support/cloud/send-ticket.js";
import { startFauxqsStore } from "../../support/s3-stores/fauxqs.js";
import { startS3rver } from "../../support/s3-stores/s3rver.js";
import type { S3StoreServer } from "../../support/s3-stores/server.js";

interface Case {
  readonly name: string;
  readonly start: () => Promise<S3StoreServer>;
  readonly capabilities: S3Capabilities;
}

const PUTS = { forms: false, bindsContentType: false, bindsMetadata: false };
const CASES: readonly Case[] = [
  { name: "s3rver, with forms", start: startS3rver, capabilities: {} },
  { name: "s3rver, with signed PUTs", start: startS3rver, capabilities: PUTS },
  {
    name: "fauxqs, with signed PUTs",
    start: startFauxqsStore,
    capabilities: { ...PUTS, deletesBatches: false },
  },
];

describe.each(CASES)("a pipeline whose blobs lie in $name", ({ start, capabilities }) => {
  let server: S3StoreServer;
  let stores: S3Adapters;
  beforeAll(async () => {
    server = await start();
    const { endpoint, credentials } = server;
    stores = s3({
      client: { endpoint, credentials },
      originals: await server.createBucket(),
      renditions: await server.createBucket(),
      baseUrl: "https://images.example",
      capabilities,
    });
  });
  afterAll(async () => {
    await stores.close();
    await server.close();
  });

  it("takes an upload, renders it, replaces it and removes every trace of it", async () => {
    const pipeline = definePipeline({ ...memory(), ...stores, engine: createFakeEngine() });
    const key = "uploads/été 1.png";
    const encode = (text: string) => new TextEncoder().encode(`IMG png 12x8 ${text}`);
    const imageId = await pipeline.upload({ key, bytes: encode("first") });
    await pipeline.drainQueue();
    expect(await pipeline.get(imageId)).toMatchObject({ status: "ready" });
    const ticket = await stores.tickets.issue({
      key,
      contentType: "image/png",
      maxBytes: 1_000,
      expiresIn: 60,
    });
    expect(await sendTicket(ticket, encode("second"))).toBe(true);
    await pipeline.requestProcessing(key);
    await pipeline.drainQueue();
    const { renditions = [] } = (await pipeline.get(imageId)) ?? {};
    expect(renditions.map(({ url }) => url)).toEqual([
      expect.stringMatching(/^https:\/\/images\.example\//),
      expect.stringMatching(/^https:\/\/images\.example\//),
    ]);
    const listed = (await stores.renditions.list(`${imageId}/`)).items.map(({ key }) => key);
    expect(listed.sort()).toEqual(renditions.map(({ key }) => key).sort());
    await pipeline.requestRemoval(imageId);
    await pipeline.drainQueue();
    expect((await stores.originals.list("")).items).toEqual([]);
    expect((await stores.renditions.list("")).items).toEqual([]);
  });
});
