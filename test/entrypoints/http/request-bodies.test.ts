import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type RunningApi, readJson, startApi } from "./running-api.js";

/** The operations of the API whose requests have a body. */
async function listOperationsWithBodies(api: RunningApi): Promise<{ method: string; path: string }[]> {
  const document = await readJson<{ paths: Record<string, Record<string, { requestBody?: unknown }>> }>(
    await api.ask("/openapi.json"),
  );
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { requestBody }]) => requestBody !== undefined)
      .map(([method]) => ({ method: method.toUpperCase(), path: path.replace("{imageId}", "a".repeat(22)) })),
  );
}

const JSON_TYPE = { "content-type": "application/json" };

describe("every route that takes a body", () => {
  let api: RunningApi;
  let operations: { method: string; path: string }[];
  beforeAll(async () => {
    api = await startApi({ api: { bodyTimeoutSeconds: 0.2, maxBodyBytes: 100_000 } });
    operations = await listOperationsWithBodies(api);
  });
  afterAll(() => api.close());

  it("is covered by these tests", () => {
    expect(operations.length).toBeGreaterThanOrEqual(4);
  });

  it("refuses more than it reads, whether or not its length is declared", async () => {
    const body = JSON.stringify({ contentType: "image/jpeg", filler: "x".repeat(200_000) });
    for (const { method, path } of operations) {
      const declared = await api.ask(path, { method, headers: JSON_TYPE, body });
      expect([method, path, declared.status]).toEqual([method, path, 413]);
      const chunks = new Blob([body]).stream();
      const init = { method, headers: JSON_TYPE, body: chunks, duplex: "half" } as RequestInit;
      expect([method, path, (await api.ask(path, init)).status]).toEqual([method, path, 413]);
    }
  });

  it("answers a body that never ends after the time limit", async () => {
    for (const { method, path } of operations) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"key":')),
      });
      const init = { method, headers: JSON_TYPE, body, duplex: "half" } as RequestInit;
      const answer = await api.ask(path, init);
      expect([method, path, answer.status]).toEqual([method, path, 400]);
      expect((await readJson<{ detail: string }>(answer)).detail).toMatch(
        /the body did not arrive within 0.2 seconds/,
      );
    }
  });
});
