import { describe, expect, it } from "@jest/globals";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";

/** Seconds that an API may hold one request, below what gateways allow. */
const MOST = 20;

/** A client of an API that answers at once and never says that the image is ready, and the `Prefer` headers that it sends. */
function clientOfSlowApi() {
  const preferred: string[] = [];
  const answer = (body: unknown, status = 200) => Response.json(body, { status });
  const send: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    if (pathname === "/uploads")
      return answer(
        { imageId: "a".repeat(22), method: "PUT", url: "http://store.example/a", headers: {}, fields: {} },
        201,
      );
    if (!pathname.startsWith("/images/")) return answer({});
    preferred.push(new Headers(init?.headers).get("prefer") ?? "none");
    return answer({ imageId: "a".repeat(22), status: "pending", renditions: [] });
  };
  return { client: safelightClient({ baseUrl: "http://api.example", fetch: send }), preferred };
}

describe("a client that waits for its upload", () => {
  it("lets the API hold each request for whole seconds, while there is time, and never for a negative time", async () => {
    const { client, preferred } = clientOfSlowApi();
    const file = new File(["x"], "cat.jpg");
    await expect(client.upload(file, { timeoutSeconds: 1.5 })).rejects.toMatchObject({ code: "unavailable" });
    const waits = preferred.map((header) => Number(/^wait=(\d+)$/.exec(header)?.[1] ?? Number.NaN));
    expect(waits.length).toBeGreaterThan(2);
    expect(waits[0]).toBe(1);
    expect(waits.at(-1)).toBe(0);
  });

  it("never asks for longer than gateways allow", async () => {
    const { client, preferred } = clientOfSlowApi();
    const stop = new AbortController();
    const waiting = client.upload(new File(["x"], "cat.jpg"), { timeoutSeconds: 600, signal: stop.signal });
    // The first request has been sent once the ticket was answered.
    while (preferred.length === 0) await new Promise((done) => setImmediate(done));
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(preferred[0]).toBe(`wait=${MOST}`);
  });
});
