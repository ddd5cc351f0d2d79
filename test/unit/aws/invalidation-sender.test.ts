import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { sendInvalidations } from "../../../src/adapters/aws/index.js";
import { createClientOptions, NOWHERE } from "../../support/cloud/clients.js";
import { startCloudFront } from "../../support/cloud/cloudfront.js";

let cdn: Awaited<ReturnType<typeof startCloudFront>>;
let client: CloudFrontClient;
let lines: string[];

beforeEach(async () => {
  cdn = await startCloudFront({ duration: 60_000 });
  client = new CloudFrontClient(createClientOptions(cdn.endpoint));
  lines = [];
});

afterEach(async () => {
  client.destroy();
  await cdn.close();
});

const send = (messages: Readonly<Record<string, unknown>>, use = client) =>
  sendInvalidations(
    {
      client: use,
      distributionId: "E1",
      log: (level, message, fields) => lines.push(`${level} ${message} ${JSON.stringify(fields)}`),
    },
    Object.entries(messages).map(([id, paths]) => ({ id, body: JSON.stringify({ invalidations: paths }) })),
  );

const createPaths = (count: number, name = "k") =>
  Array.from({ length: count }, (_, index) => `/${name}${index}`);

describe("a batch of invalidations", () => {
  it("becomes one request with each path once", async () => {
    expect(await send({ a: ["/1", "/2"], b: ["/2", "/3"] })).toEqual({ paths: 3, failed: [] });
    expect(cdn.paths()).toEqual([["/1", "/2", "/3"]]);
  });

  it("is divided into requests of 300 paths, and of 5 with a star, and no message between two", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`m${index}`, createPaths(80, `p${index}-`)]),
    );
    await send({ ...many, v: ["/v1*", "/v2*", "/v3*"], w: ["/w1*", "/w2*", "/w3*"] });
    expect(cdn.paths().map(({ length }) => length)).toEqual([240, 240, 80, 3, 3]);
  });

  it("has one path with a star for each image if there are few, and never one for everything", async () => {
    await send({
      a: ["/i/1/f/1.jpg", "/i/1/f/2.jpg"],
      b: ["/j/1/f/1.jpg"],
      c: ["/1", "/2"],
      d: ["/k/1", "/l/1"],
    });
    expect(cdn.paths()).toEqual([["/i/*"], ["/j/1/f/1.jpg", "/1", "/2", "/k/1", "/l/1"]].reverse());
    const six = Object.fromEntries(
      ["m", "n", "o", "p", "q", "r"].map((id) => [id, [`/${id}/1`, `/${id}/2`]]),
    );
    await send(six);
    expect(cdn.paths()[2]).toEqual(Object.values(six).flat());
  });

  it("comes again as far as the CDN is busy, and with the first refusal it ends", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`m${10 + index}`, createPaths(100, `p${index}-`)]),
    );
    const { paths, failed } = await send(many);
    expect(paths).toBe(3_000);
    expect(failed).toEqual(Object.keys(many).slice(30));
    expect(cdn.requests).toHaveLength(11);
    expect(lines).toEqual(['info CDN busy {"paths":300}']);
  });

  it("does not let a refused wildcard hold up a path", async () => {
    for (const name of ["a", "b", "c"]) await send({ [name]: [1, 2, 3, 4, 5].map((n) => `/${name}${n}*`) });
    expect(await send({ d: ["/d*"], e: ["/e"] })).toEqual({ paths: 1, failed: ["d"] });
  });

  it("comes again with every message that waits for a refused path, though another one names it too", async () => {
    cdn.beBusy(1);
    expect(await send({ a: ["/1"], b: ["/1"] })).toEqual({ paths: 0, failed: ["a", "b"] });
  });

  it("is not paid for twice if it was answered and comes again all the same, in any order", async () => {
    await send({ a: ["/1", "/2"], b: ["/3"] });
    expect(await send({ b: ["/3"], a: ["/1", "/2"] })).toEqual({ paths: 3, failed: [] });
    expect(cdn.paths()).toHaveLength(1);
  });

  it("is sent anew for a later message with the same paths, which the CDN would ignore under a reference it knows", async () => {
    await send({ a: ["/1"] });
    await send({ b: ["/1"] });
    await send({ a: ["/1"], b: ["/1"] });
    expect(cdn.paths()).toEqual([["/1"], ["/1"], ["/1"]]);
  });

  it("comes again if it cannot be read or the CDN fails, and the log says why", async () => {
    const log = (messages: readonly { id: string; body: unknown }[], use = client) =>
      sendInvalidations(
        { client: use, distributionId: "E1", log: (...line) => lines.push(line[1]) },
        messages,
      );
    expect(
      await log([
        { id: "a", body: "nonsense" },
        { id: "b", body: '{"invalidations":["/b"]}' },
      ]),
    ).toEqual({
      paths: 1,
      failed: ["a"],
    });
    expect(await send({ c: [], d: ["no path"], e: [`/${"x".repeat(4_000)}`] })).toMatchObject({
      failed: ["c", "d", "e"],
    });
    const nowhere = new CloudFrontClient(createClientOptions(NOWHERE));
    expect(await log([{ id: "f", body: '{"invalidations":["/f"]}' }], nowhere)).toEqual({
      paths: 0,
      failed: ["f"],
    });
    nowhere.destroy();
    expect(lines).toEqual([
      "unreadable message",
      ...["c", "d", "e"].map((id) =>
        expect.stringContaining(`error unreadable message {"messageId":"${id}"`),
      ),
      "not invalidated",
    ]);
  });

  it("begins no request once its time is over", async () => {
    const signal = AbortSignal.abort(new Error("out of time"));
    const messages = [{ id: "a", body: '{"invalidations":["/a"]}' }];
    const target = { client, distributionId: "E1" };
    expect(await sendInvalidations(target, messages, { signal })).toEqual({ paths: 0, failed: ["a"] });
    expect(cdn.requests).toEqual([]);
  });
});
