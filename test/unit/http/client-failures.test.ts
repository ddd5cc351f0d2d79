import { afterEach, describe, expect, it } from "@jest/globals";
import { createClient } from "../../../src/entrypoints/http/client/client.js";
import { ApiError, type SafelightClient } from "../../../src/entrypoints/http/client/index.js";
import { Transport } from "../../../src/entrypoints/http/client/transport.js";
import { createVirtualTime } from "../../support/virtual-time.js";

const ID = "a".repeat(22);
const READY = { imageId: ID, status: "ready", renditions: [] };
const FILE = new File(["x"], "cat.jpg");
const STORE = "http://store.example/form";

type Answer = () => Response | Promise<Response>;

const give =
  (status: number, body: unknown = {}): Answer =>
  () =>
    status === 204 ? new Response(null, { status }) : Response.json(body, { status });
const ticket = give(200, { imageId: ID, method: "POST", url: STORE, headers: {}, fields: { key: "k" } });
const lose: Answer = () => {
  throw new TypeError("fetch failed");
};
const respond =
  (status: number, text: string, type = "text/html", headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(text, { status, headers: { "content-type": type, ...headers } });

/** Answers to the steps of an upload and to a removal, one after the other; the last one goes on. */
interface Script {
  readonly tickets?: readonly Answer[];
  readonly forms?: readonly Answer[];
  readonly looks?: readonly Answer[];
  readonly removals?: readonly Answer[];
  readonly completions?: readonly Answer[];
}

/** A client of an API that answers by a script; what it asked and how long it paused. */
function play({
  tickets = [ticket],
  forms = [give(204)],
  looks = [give(200, READY)],
  removals = [],
  completions = [],
}: Script) {
  const counts = new Map<readonly Answer[], number>();
  const takeNext = (answers: readonly Answer[]) => {
    const count = counts.get(answers) ?? 0;
    counts.set(answers, count + 1);
    return (answers[Math.min(count, answers.length - 1)] as Answer)();
  };
  const fetch = async (input: unknown, init?: { method?: string }) => {
    if (String(input) === STORE) return takeNext(forms);
    if (String(input).endsWith("/uploads")) return takeNext(tickets);
    if (String(input).endsWith(`/uploads/${ID}/complete`)) return takeNext(completions);
    return takeNext(init?.method === "DELETE" ? removals : looks);
  };
  const timing = createVirtualTime();
  const client = createClient(
    new Transport({ baseUrl: "http://api.example", fetch: fetch as never }, timing),
  );
  return {
    client,
    timing,
    countTickets: () => counts.get(tickets),
    countForms: () => counts.get(forms),
    countCompletions: () => counts.get(completions),
  };
}

/** Every way to fail for a while. */
const PASSING: readonly (readonly [string, Answer])[] = [
  ["a lost connection", lose],
  ["a page of a captive portal", respond(200, "<h1>Log in</h1>")],
  ["429", respond(429, "", "text/plain", { "retry-after": "2" })],
  ["500", respond(500, "<h1>Oops</h1>")],
  [
    "503 with problem details",
    respond(503, '{"code":"unavailable","detail":"busy"}', "application/problem+json"),
  ],
  ["503 with a malformed problem", respond(503, '{"code":', "application/problem+json")],
  ["504 with the problem of somebody else", respond(504, '{"code":"E42"}', "application/problem+json")],
];

const catchError = async (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => "nothing",
    (error) => error,
  );

describe("an upload", () => {
  it.each(PASSING)("is one image in spite of %s at each step", async (_what, failing) => {
    const { client, countTickets, countForms } = play({
      tickets: [failing, ticket],
      forms: [failing, failing, give(204)],
      looks: [failing, give(404), failing, give(200, READY)],
    });
    expect(await client.upload(FILE)).toEqual(READY);
    expect([countTickets(), countForms()]).toEqual([2, 3]);
  });

  it.each(PASSING)(
    "that waits while %s goes on fails at its own timeout, with the image's id and the reason",
    async (_what, failing) => {
      const { client, timing } = play({ looks: [failing] });
      const error = await catchError(client.upload(FILE, { timeoutSeconds: 90 }));
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ code: "unavailable", imageId: ID, cause: { imageId: ID } });
      expect(timing.now()).toBe(90_000);
    },
  );

  const askToComplete = async () => {
    const asked = (await (await ticket()).json()) as object;
    return Response.json({ ...asked, complete: true });
  };

  it.each(PASSING)(
    "is said to be there where its ticket asks for that, in spite of %s",
    async (_what, failing) => {
      const { client, countCompletions } = play({
        tickets: [askToComplete],
        completions: [failing, give(202, { imageId: ID })],
      });
      expect(await client.upload(FILE)).toEqual(READY);
      expect(countCompletions()).toBe(2);
    },
  );

  it("is no failure if nobody can be told that it is there: it is found later", async () => {
    const { client } = play({
      tickets: [askToComplete],
      completions: [give(404)],
      looks: [give(404), give(200, READY)],
    });
    expect(await client.upload(FILE)).toEqual(READY);
  });

  it("is not said to be there where the store tells of it", async () => {
    const { client, countCompletions } = play({});
    expect(await client.upload(FILE)).toEqual(READY);
    expect(countCompletions()).toBeUndefined();
  });

  it("pauses for as long as the answer asks, in seconds or until a date", async () => {
    for (const [header, milliseconds] of [
      ["7", 7_000],
      [new Date(Date.now() + 60_000).toUTCString(), 59_000],
      ["soon", 500],
    ] as const) {
      const { client, timing } = play({
        tickets: [respond(429, "", "text/plain", { "retry-after": header }), ticket],
      });
      await client.upload(FILE);
      expect(timing.now()).toBeGreaterThanOrEqual(milliseconds);
      expect(timing.now()).toBeLessThanOrEqual(milliseconds + 1_000);
    }
  });

  it("that the store refuses fails at once with the image's id, and no second ticket is sent", async () => {
    const { client, timing, countTickets } = play({ forms: [give(403)] });
    expect(await catchError(client.upload(FILE))).toMatchObject({
      code: "forbidden",
      status: 403,
      imageId: ID,
    });
    expect([timing.now(), countTickets()]).toEqual([0, 1]);
  });

  it("whose only answer was lost is found, although its ticket is refused when it is sent again", async () => {
    const found = play({ forms: [lose, give(403)], looks: [give(404), give(200, READY)] });
    expect(await found.client.upload(FILE)).toEqual(READY);
    const missing = play({ forms: [lose, give(403)], looks: [give(404)] });
    expect(await catchError(missing.client.upload(FILE))).toMatchObject({ code: "forbidden", imageId: ID });
  });

  it("that the store never confirms is found if it has arrived", async () => {
    const pending = give(200, { ...READY, status: "pending" });
    const found = play({ forms: [lose], looks: [pending, pending, give(200, READY)] });
    expect(await found.client.upload(FILE)).toEqual(READY);
    const missing = play({ forms: [lose], looks: [give(404)] });
    expect(await catchError(missing.client.upload(FILE))).toMatchObject({ code: "unavailable", imageId: ID });
  });

  it("that is rejected, or refused while it waits, has the image's id", async () => {
    const failure = { code: "corrupt-image", message: "cut off" };
    const rejected = play({ looks: [give(200, { ...READY, status: "rejected", failure })] });
    expect(await catchError(rejected.client.upload(FILE))).toMatchObject({
      code: "corrupt-image",
      imageId: ID,
    });
    const expired = play({ looks: [give(401)] });
    expect(await catchError(expired.client.upload(FILE))).toMatchObject({
      code: "unauthenticated",
      imageId: ID,
    });
  });
});

describe("an upload by XMLHttpRequest", () => {
  const browser = globalThis as { XMLHttpRequest?: unknown };
  afterEach(() => {
    delete browser.XMLHttpRequest;
  });

  it("survives a lost connection, 503 and a captive portal, and is refused with the image's id", async () => {
    let outcomes: readonly (readonly [status: number, contentType: string | null])[] = [];
    browser.XMLHttpRequest = class {
      readonly upload = {};
      status = 0;
      #contentType: string | null = null;
      onload() {}
      onerror() {}
      open() {}
      getResponseHeader = () => this.#contentType;
      send() {
        const [[status, contentType], ...rest] = outcomes as [(typeof outcomes)[0], ...typeof outcomes];
        outcomes = rest;
        [this.status, this.#contentType] = [status, contentType];
        setImmediate(() => (status === 0 ? this.onerror() : this.onload()));
      }
    };
    const upload = () => play({}).client.upload(FILE, { onProgress: () => {} });
    outcomes = [
      [0, null],
      [503, "application/xml"],
      [200, "text/html"],
      [204, null],
    ];
    expect(await upload()).toEqual(READY);
    outcomes = [[403, "application/xml"]];
    expect(await catchError(upload())).toMatchObject({ code: "forbidden", imageId: ID });
  });
});

describe("a removal", () => {
  it.each(PASSING)("is done in spite of %s", async (_what, failing) => {
    const { client } = play({
      removals: [failing, give(202, { removed: false }), failing, give(202, { removed: true })],
    });
    await client.remove(ID);
    // The first one was done, and only its answer was lost.
    await play({ removals: [failing, give(404)] }).client.remove(ID);
  });

  it("says what is known when its time is over", async () => {
    const error = await catchError(play({ removals: [lose] }).client.remove(ID));
    expect(error).toMatchObject({
      code: "unavailable",
      imageId: ID,
      message: expect.stringContaining("ask again"),
    });
    const asked = await catchError(
      play({ removals: [give(202, { removed: false }), lose] }).client.remove(ID),
    );
    expect(asked).toMatchObject({ imageId: ID, message: expect.stringContaining("it will be") });
  });
});

describe("every other call", () => {
  const CALLS: Readonly<Record<string, (client: SafelightClient) => Promise<unknown>>> = {
    list: (client) => client.list(),
    get: (client) => client.get(ID),
    edit: (client) => client.edit(ID, { alt: "x" }),
    process: (client) => client.process("cat.jpg"),
  };
  const failures = [...PASSING, ["JSON of somebody else", give(200, null)] as const];

  it.each(Object.keys(CALLS))(
    "is tried once, and fails with an ApiError whatever happens: %s",
    async (name) => {
      for (const [, failing] of failures) {
        const error = await catchError(
          (CALLS[name] as (client: SafelightClient) => Promise<unknown>)(play({ looks: [failing] }).client),
        );
        expect(error).toBeInstanceOf(ApiError);
        expect((error as ApiError).retryable).toBe(true);
        if (name === "get" || name === "edit") expect(error).toMatchObject({ imageId: ID });
      }
    },
  );

  it("fails with the reason where the token is not to be had", async () => {
    const cause = new Error("logged out");
    const client = createClient(
      new Transport({ baseUrl: "http://api.example", token: () => Promise.reject(cause) }),
    );
    expect(await catchError(client.list())).toMatchObject({ code: "unauthenticated", cause });
  });
});

describe("a call that is never answered", () => {
  const hang = (_url: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const transport = new Transport({ baseUrl: "http://api.example", fetch: hang as never });

  it("fails when its time is over", async () => {
    const request = { imageId: ID, limitSeconds: 0.01 };
    expect(await catchError(transport.requestJson("/images", request))).toMatchObject({
      code: "unavailable",
      imageId: ID,
      message: expect.stringContaining("within 0.01 seconds"),
    });
  });

  it("fails with the caller's reason at once when it is aborted", async () => {
    const stop = new AbortController();
    const stopped = catchError(createClient(transport).get(ID, { signal: stop.signal }));
    stop.abort(new Error("enough"));
    expect(await stopped).toEqual(new Error("enough"));
  });
});
