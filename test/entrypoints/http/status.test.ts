import { afterEach, describe, expect, it } from "@jest/globals";
import type { ReconcileReport } from "../../../src/domain/model/reconcile-report.js";
import { watermarkPolicy } from "../../../src/domain/model/watermark-policy.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { bearerTokens } from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { readText } from "../../support/repository.js";
import { createBearerHeader, type RunningApi, startApi, TOKENS } from "./running-api.js";

const { version } = JSON.parse(readText("package.json")) as { version: string };

const REPORT: ReconcileReport = {
  at: "2100-01-01T00:10:00.000Z",
  startedAt: "2100-01-01T00:00:00.000Z",
  startedBy: "schedule",
  state: "interrupted",
  only: ["missing-rendition"],
  listed: 30,
  suspects: 4,
  looked: 2,
  images: 2,
  findings: { "missing-rendition": 2 },
  outcomes: { requested: 1, failed: 1 },
};

describe("the status of a pipeline", () => {
  let api: RunningApi;
  afterEach(() => api.close());

  const createClient = (token: string = TOKENS.read) => safelightClient({ baseUrl: api.origin, token });

  it("tells how much waits and since when, and that all is done once it is", async () => {
    api = await startApi({ idle: true });
    const body = new Uint8Array(await drawTestImage());
    const before = new Date().toISOString();
    for (const _ of [1, 2]) await api.ask("/images", { method: "POST", body });
    const { queue } = await createClient().getStatus();
    expect(queue).toEqual({ waiting: 2, inFlight: 0, oldest: expect.any(String) });
    const oldest = queue?.oldest ?? "";
    expect(oldest >= before && oldest <= new Date().toISOString()).toBe(true);
    const [delivery] = await api.ports.queue.receive({ limit: 1 });
    expect((await createClient().getStatus()).queue).toEqual({ waiting: 1, inFlight: 1, oldest });
    await api.ports.queue.release(delivery?.id ?? "");
    await api.settle();
    expect((await createClient().getStatus()).queue).toEqual({ waiting: 0, inFlight: 0 });
  });

  it("tells the versions and the whole configuration, of files only their digest", async () => {
    const picture = new Uint8Array(await drawTestImage());
    const watermark = watermarkPolicy({ image: picture });
    api = await startApi({ ports: { config: { watermark, thumbnails: { tiny: { width: 20 } } } } });
    const { version: versions, configuration } = await createClient().getStatus();
    expect(versions).toEqual({ safelight: version, engine: expect.stringContaining("sharp") });
    expect(configuration).toEqual(JSON.parse(JSON.stringify(api.pipeline.config)));
    expect(configuration.thumbnails.tiny).toMatchObject({ width: 20 });
    expect(configuration.uploads.maxBytes).toBe(26_214_400);
    expect(JSON.stringify(configuration)).toMatch(/"sha256":"[0-9a-f]{64}"/);
    expect(JSON.stringify(configuration)).not.toContain('bytes":{');
  });

  it("reads no record and lists nothing, whatever there is", async () => {
    const calls: string[] = [];
    api = await startApi();
    const records = new Proxy(api.ports.records, {
      get: (target, name) => {
        calls.push(String(name));
        return Reflect.get(target, name);
      },
    });
    const counted = await startApi({ ports: { ...api.ports, records } });
    calls.length = 0;
    await safelightClient({ baseUrl: counted.origin, token: TOKENS.read }).getStatus();
    await counted.close();
    expect(calls).toEqual([]);
  });

  it("tells the last run of reconciling, but not why it failed", async () => {
    api = await startApi();
    expect((await createClient().getStatus()).reconcile).toBeUndefined();
    for await (const _ of api.pipeline.reconcile({ apply: true, startedBy: "command" }));
    const { reconcile } = await createClient().getStatus();
    expect(reconcile).toMatchObject({ startedBy: "command", state: "complete", images: 0, findings: {} });
    const failed = { ...REPORT, state: "failed", problem: "the store db.internal did not answer" } as const;
    await api.ports.statuses?.put("reconcile", failed);
    const { problem: _, ...shown } = failed;
    expect((await createClient().getStatus()).reconcile).toEqual(shown);
  });

  it("leaves the queue out where it cannot be measured", async () => {
    api = await startApi();
    const { queue } = api.ports;
    const loose = new Proxy(queue, {
      get: (target, name) => {
        const value: unknown = name === "measure" ? undefined : Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const other = await startApi({ ports: { ...api.ports, queue: loose } });
    const status = await safelightClient({ baseUrl: other.origin, token: TOKENS.read }).getStatus();
    await other.close();
    expect(Object.keys(status)).toEqual(["version", "capabilities", "configuration"]);
  });

  it("shows a caller who is bound to an owner nothing of what others do", async () => {
    const [bound, free] = ["annas-token-01234567", "admins-token-0123456"];
    const authorize = bearerTokens([
      { token: bound, permissions: ["read"], owner: "anna", bound: true },
      { token: free, permissions: ["read"], owner: "ben" },
    ]);
    api = await startApi({ ports: { config: { uploads: { owner: "caller" } } }, api: { authorize } });
    await api.ports.statuses?.put("reconcile", REPORT);
    const shown = await createClient(bound).getStatus();
    expect([shown.queue, shown.reconcile]).toEqual([undefined, undefined]);
    const { queue, reconcile } = await createClient(free).getStatus();
    expect(queue).toBeDefined();
    expect(reconcile).toEqual(REPORT);
  });

  it("is for readers alone, and answered with 304 to whoever has it", async () => {
    api = await startApi();
    expect((await api.ask("/status", { headers: createBearerHeader(TOKENS.write) })).status).toBe(403);
    const first = await api.ask("/status");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    expect((await api.ask("/status", { headers })).status).toBe(304);
  });
});
