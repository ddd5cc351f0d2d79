import { describe, expect, it } from "@jest/globals";
import { createClient } from "../../../src/entrypoints/http/client/client.js";
import { Transport } from "../../../src/entrypoints/http/client/transport.js";
import { createVirtualTime } from "../../support/virtual-time.js";

/** Seconds that an API may hold one request, below what gateways allow. */
const MOST = 20;

/** A client of an API that answers at once and never says that the image is ready, and the `Prefer` headers that it sends. */
function createClientOfSlowApi() {
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
  const transport = new Transport({ baseUrl: "http://api.example", fetch: send }, createVirtualTime());
  return { client: createClient(transport), preferred };
}

describe("a client that waits for its upload", () => {
  it("lets the API hold each request for whole seconds, while there is time, and never for a negative time", async () => {
    const { client, preferred } = createClientOfSlowApi();
    const file = new File(["x"], "cat.jpg");
    await expect(client.upload(file, { timeoutSeconds: 1.5 })).rejects.toMatchObject({ code: "unavailable" });
    const waits = preferred.map((header) => Number(/^wait=(\d+)$/.exec(header)?.[1] ?? Number.NaN));
    expect(waits.length).toBeGreaterThan(2);
    expect(waits[0]).toBe(1);
    expect(waits.at(-1)).toBe(0);
  });

  it("never asks for longer than gateways allow", async () => {
    const { client, preferred } = createClientOfSlowApi();
    await expect(client.upload(new File(["x"], "cat.jpg"), { timeoutSeconds: 60 })).rejects.toThrow("60");
    expect(preferred[0]).toBe(`wait=${MOST}`);
  });
});
