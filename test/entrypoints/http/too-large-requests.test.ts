import { afterEach, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { allowAll } from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { type RunningApi, type RunningOptions, readJson, startApi } from "./running-api.js";

let api: RunningApi | undefined;
afterEach(() => api?.close());

async function start(options: RunningOptions): Promise<RunningApi> {
  api = await startApi(options);
  return api;
}

const readProblem = async (answer: Response) => {
  const { code, detail } = await readJson<{ code: string; detail: string }>(answer);
  return { status: answer.status, code, detail, retryAfter: answer.headers.get("retry-after") };
};

describe("a request that is too large", () => {
  it("is refused with a sentence that points to tickets", async () => {
    const { ask } = await start({ api: { maxBodyBytes: 500 } });
    const body = new Uint8Array(await drawTestImage());
    const form = new FormData();
    form.append("file", new Blob([body]));
    for (const one of [body, form]) {
      const problem = await readProblem(await ask("/images", { method: "POST", body: one }));
      expect(problem).toMatchObject({ status: 413, code: "too-large" });
      expect(problem.detail).toMatch(/at most 500 bytes.*get a ticket from POST \/uploads/);
    }
  });

  it("is refused by the upload policy where that is the narrower limit", async () => {
    const config = { uploads: { maxBytes: 500 } };
    const { ask } = await start({ ports: { config }, api: { maxBodyBytes: 100_000 } });
    const body = new Uint8Array(await drawTestImage());
    const problem = await readProblem(await ask("/images", { method: "POST", body }));
    expect(problem).toMatchObject({ status: 413, code: "too-large" });
    expect(problem.detail).toBe("expected at most 500 bytes for the image but received more");
  });

  it("is answered 503 with Retry-After while too many images wait, before a byte of it is read", async () => {
    const { ask, ports, log } = await start({ api: { admit: () => ({ retryAfterSeconds: 7 }) } });
    const json = { "content-type": "application/json" };
    const requests: [string, RequestInit][] = [
      ["/images", { method: "POST", body: new Uint8Array(await drawTestImage()) }],
      ["/uploads", { method: "POST", headers: json, body: '{"contentType":"image/jpeg","bytes":9}' }],
      ["/process", { method: "POST", headers: json, body: '{"key":"a"}' }],
    ];
    for (const [path, init] of requests) {
      const { detail: _, ...problem } = await readProblem(await ask(path, init));
      expect(problem).toEqual({ status: 503, code: "unavailable", retryAfter: "7" });
    }
    expect((await ask("/images")).status).toBe(200);
    // That is what it should do: no line of the log calls it an error.
    expect(log.filter(({ level }) => level === "error")).toEqual([]);
    expect((await ports.originals.list("")).items).toEqual([]);
  });

  it("is refused by an inspection, before anything is stored", async () => {
    const inspect = async () => {
      throw new SafelightError("too-large", "expected fewer pixels for the image but received more");
    };
    const { ask, ports } = await start({ api: { inspect } });
    const problem = await readProblem(
      await ask("/images", { method: "POST", body: new Uint8Array(await drawTestImage()) }),
    );
    expect(problem).toMatchObject({
      status: 413,
      code: "too-large",
      detail: expect.stringContaining("pixels"),
    });
    expect((await ports.originals.list("")).items).toEqual([]);
  });

  it("is refused while unfinished uploads fill the memory, and accepted once there is room again", async () => {
    const body = new Uint8Array(await drawTestImage());
    const { ask } = await start({ api: { maxUploadMemoryBytes: body.length + 10 } });
    const large = await readProblem(
      await ask("/images", { method: "POST", body: new Uint8Array(body.length * 2) }),
    );
    expect(large).toMatchObject({ status: 503, code: "unavailable", retryAfter: "1" });
    for (const _ of [1, 2, 3]) expect((await ask("/images", { method: "POST", body })).status).toBe(202);
  });
});

describe("an error behind the API", () => {
  it("is described in the log and not to the caller", async () => {
    const secret = "table arn:aws:dynamodb:eu-west-1:123456789012 refused";
    const createFailing = (error: Error) => ({
      get: () => Promise.reject(error),
      list: () => Promise.reject(error),
    });
    for (const [error, status, code] of [
      [new SafelightError("unavailable", secret, { cause: new Error("deep cause") }), 503, "unavailable"],
      [new TypeError(secret), 500, "internal"],
    ] as const) {
      await api?.close();
      const broken = Object.assign(memory().records, createFailing(error));
      const { ask, log } = await start({ ports: { records: broken } });
      const answer = await ask("/images", { headers: { "x-request-id": "find-me-in-the-log" } });
      const text = await answer.text();
      expect(answer.status).toBe(status);
      expect(JSON.parse(text)).toMatchObject({ code, requestId: "find-me-in-the-log" });
      expect(text).not.toMatch(/arn:|deep cause|at .*\.ts|Error/);
      const logged = log.filter(({ level }) => level === "error");
      expect(logged).toHaveLength(1);
      expect(JSON.stringify(logged)).toContain(secret);
      expect(logged[0]?.fields.requestId).toBe("find-me-in-the-log");
    }
  });
});

describe("a page of another origin", () => {
  const sendPreflight = (origin: string, from: string) =>
    fetch(`${origin}/images`, {
      method: "OPTIONS",
      headers: {
        origin: from,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,prefer",
      },
    });

  it("may send a preflight request without a credential, and read the answer, if its origin is allowed", async () => {
    const { origin, ask } = await start({
      api: { cors: { origins: ["https://app.example"], maxAgeSeconds: 60 } },
    });
    const answer = await sendPreflight(origin, "https://app.example");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(answer.headers.get("access-control-allow-headers")).toMatch(/authorization/i);
    expect(answer.headers.get("access-control-allow-methods")).toBe("GET,POST,PATCH,DELETE");
    expect(answer.headers.get("access-control-max-age")).toBe("60");
    const got = await ask("/images", { headers: { origin: "https://app.example" } });
    expect(got.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(got.headers.get("access-control-expose-headers")).toMatch(/content-range.*etag/i);
    const refused = await fetch(`${origin}/images`, { headers: { origin: "https://app.example" } });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
      401,
      "https://app.example",
    ]);
    const other = await sendPreflight(origin, "https://evil.example");
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    const read = await ask("/images", { headers: { origin: "https://evil.example" } });
    expect(read.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("may do nothing by default, and everything if the setting says so", async () => {
    const closed = await start({ api: { authorize: allowAll() } });
    const answer = await closed.ask("/images", { headers: { origin: "https://app.example" } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    await closed.close();
    const { origin } = await start({ api: { cors: { origins: "*" } } });
    expect(
      (await sendPreflight(origin, "https://any.example")).headers.get("access-control-allow-origin"),
    ).toBe("*");
  });
});
