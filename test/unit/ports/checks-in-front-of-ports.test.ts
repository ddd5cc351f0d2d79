import { expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { compose, memoryModule, override, tokens } from "../../../src/entrypoints/container/index.js";
import { allowAll, httpApi } from "../../../src/entrypoints/http/index.js";
import type { MetadataRepository } from "../../../src/ports/metadata-repository.js";
import type { UploadTickets } from "../../../src/ports/upload-tickets.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";
import { createRecorder } from "../../support/recording.js";

const createRecords = () =>
  createRecorder<MetadataRepository>({ list: { items: [], cursor: "p" }, get: undefined });
const invalid = { code: "invalid-input" };

it("definePipeline puts the checks in front of the ports that it is given", async () => {
  const { port, calls } = createRecords();
  const pipeline = definePipeline({ ...memory(), engine: createFakeEngine(), records: port });
  await expect(pipeline.list({ limit: 0 })).rejects.toMatchObject(invalid);
  await expect(pipeline.list({ cursor: "p" })).rejects.toMatchObject(invalid);
  expect(calls).toEqual([]);
  const { cursor } = await pipeline.list();
  await pipeline.list({ cursor });
  expect(calls.map(({ request }) => request[0])).toMatchObject([{ limit: 100 }, { limit: 100, cursor: "p" }]);
});

it("compose returns ports with the checks in front of them", async () => {
  const { port, calls } = createRecords();
  const tickets = createRecorder<UploadTickets>({ issue: {} });
  const { ports } = await compose(
    memoryModule(),
    override(tokens.engine, createFakeEngine),
    override(tokens.records, () => port),
    override(tokens.tickets, () => tickets.port),
  );
  await expect(ports.records.list({ limit: 0 })).rejects.toMatchObject(invalid);
  const request = { key: "k", contentType: "nonsense", maxBytes: 1, expiresIn: 1 };
  await expect(ports.tickets.issue(request)).rejects.toMatchObject(invalid);
  expect([calls, tickets.calls]).toEqual([[], []]);
});

it("the HTTP API puts the checks in front of the tickets that it is given", async () => {
  const { port, calls } = createRecorder<UploadTickets>({ issue: {} });
  const pipeline = definePipeline({ ...memory(), engine: createFakeEngine() });
  const api = httpApi({ pipeline, tickets: port, authorize: allowAll(), ids: () => "\ud800" });
  const answer = await api.request("/uploads", {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-id": "r".repeat(20) },
    body: JSON.stringify({ contentType: "image/jpeg", bytes: 1 }),
  });
  expect(answer.status).toBe(400);
  expect(calls).toEqual([]);
});
