import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { VARIABLES } from "../../../src/entrypoints/lambda/settings.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { drawTestImage } from "../../support/images.js";
import { type Bundles, bundleFunctions, deployFunction } from "../../support/lambda/deploy.js";
import { feed } from "../../support/lambda/event-source.js";
import type { RunningFunction } from "../../support/lambda/function.js";
import { readJson } from "./running-api.js";
import { type Authorizer, startGateway } from "./start-gateway.js";

const run = promisify(execFile);
const BOTH = { authorization: "Bearer both" };

/** The claims of a gateway's JWT authorizer for these tokens; it would refuse all others itself. */
const authorizeByJwt: Authorizer = (authorization) => {
  const scopes: Record<string, string> = {
    "Bearer both": "openid safelight/read safelight/write",
    "Bearer read": "safelight/read",
    "Bearer write": "safelight/write",
    "Bearer neither": "openid safelight/reader",
  };
  const scope = scopes[authorization ?? ""];
  return scope === undefined ? undefined : { jwt: { claims: { sub: "somebody", scope }, scopes: null } };
};

describe("the functions behind the API", () => {
  let cloud: Cloud;
  let bundles: Bundles;
  let process: RunningFunction;
  let read: RunningFunction;
  let write: RunningFunction;
  let working = true;
  let worker: Promise<void>;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    [cloud, bundles] = await Promise.all([startCloud(), bundleFunctions()]);
    for (const name of ["process", "write"])
      writeFileSync(
        join(bundles.getFolder(name), "safelight.config.json"),
        '{ "uploads": { "owner": "caller" } }',
      );
    process = await deployFunction("process", { cloud, bundles });
    [read, write] = await Promise.all([deploy("read"), deploy("write")]);
    worker = work();
  });
  afterAll(async () => {
    working = false;
    await worker;
    await Promise.all(closers.map((close) => close()));
    await Promise.all([process.close(), read.close(), write.close()]);
    await Promise.all([cloud.close(), bundles.close()]);
  });

  /** Feeds the process function from the queue all the time, as Lambda does beside the API. */
  async function work(): Promise<void> {
    while (working) {
      await feed(process, { sqs: cloud.clients.sqs, queueUrl: cloud.options.queueUrl });
      await nextTurn();
    }
  }

  const deploy = (name: "read" | "write", environment: Readonly<Record<string, string>> = {}) =>
    deployFunction(name, { cloud, bundles }, { environment });

  async function openGateway(authorizer?: Authorizer, functions = { read, write }): Promise<string> {
    const started = await startGateway(functions, authorizer);
    closers.push(() => started.close());
    return started.origin;
  }

  /** Starts a stand-in for CloudFront in front of the renditions bucket. */
  async function startCdn(): Promise<string> {
    const server = createServer(async (message, response) => {
      const Key = decodeURIComponent((message.url ?? "/").slice(1));
      try {
        const { Body, ContentType } = await cloud.clients.s3.send(
          new GetObjectCommand({ Bucket: "renditions", Key }),
        );
        response.writeHead(200, { "content-type": ContentType }).end(await Body?.transformToByteArray());
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    closers.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("serve a whole round trip with curl, beside the process function", async () => {
    const dir = mkdtempSync(join(tmpdir(), "safelight-round-trip-"));
    try {
      const picture = join(dir, "picture.jpg");
      writeFileSync(picture, await drawTestImage({ width: 640, height: 480 }));
      const script = resolve("test", "entrypoints", "http", "round-trip.sh");
      const env = {
        PATH: globalThis.process.env.PATH,
        TOKEN: "both",
        CDN_FROM: "https://images.example",
        CDN_TO: await startCdn(),
      };
      const { stdout } = await run("sh", [script, await openGateway(authorizeByJwt), picture], { env });
      expect(stdout).toContain("the thumbnail: 200 image/jpeg");
      expect(stdout).toContain("the thumbnail afterwards: 404");
      expect((await cloud.adapters.originals.list("")).items).toEqual([]);
      expect((await cloud.adapters.renditions.list("")).items).toEqual([]);
      await cloud.invalidate();
      expect(cloud.cdn.paths().flat()).toEqual([expect.stringMatching(/^\/[\w-]{22}\/\*$/)]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it("serve the client, whose uploads go directly to the store", async () => {
    const client = safelightClient({ baseUrl: await openGateway(authorizeByJwt), token: "both" });
    const image = await client.upload(new File([new Uint8Array(await drawTestImage())], "été.jpg"));
    expect(image).toMatchObject({ status: "ready", fileName: "été.jpg" });
    expect((await client.list()).items).toEqual([image]);
    await client.remove(image.imageId);
    expect((await client.list()).items).toEqual([]);
  });

  it("process an original of their bucket on request, and of no other bucket", async () => {
    const origin = await openGateway(authorizeByJwt);
    await cloud.adapters.originals.put("given.jpg", await drawTestImage(), { contentType: "image/jpeg" });
    const ask = (body: object) =>
      fetch(`${origin}/process`, {
        method: "POST",
        headers: { ...BOTH, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const done = await ask({ key: "given.jpg", bucket: "originals" });
    expect(done.status).toBe(200);
    const { processed, record } = await readJson<{ processed: string; record: { imageId: string } }>(done);
    expect(processed).toMatch(/\/thumb\.jpg$/);
    expect((await ask({ key: "given.jpg", bucket: "renditions" })).status).toBe(403);
    expect((await ask({ key: "nothing.jpg" })).status).toBe(404);
    const path = `${origin}/images/${record.imageId}`;
    expect((await fetch(path, { method: "DELETE", headers: { ...BOTH, prefer: "wait=20" } })).status).toBe(
      202,
    );
  });

  it("edit an image, whose crops follow, publish one event, and lose neither of two edits at once", async () => {
    const client = safelightClient({ baseUrl: await openGateway(authorizeByJwt), token: "both" });
    const wide = new File([new Uint8Array(await drawTestImage({ width: 300, height: 200 }))], "wide.jpg");
    const { imageId, renditions } = await client.upload(wide);
    const listEventTypes = () =>
      cloud.events().filter((event) => event.type === "ImageEdited" && event.imageId === imageId).length;
    const moved = await client.edit(imageId, { focalPoint: { x: 0, y: 0.5 } });
    const kept = renditions.filter(({ url }, index) => url === moved?.renditions[index]?.url);
    expect([moved?.focalPoint, kept.map(({ name }) => name)]).toEqual([{ x: 0, y: 0.5 }, ["preview"]]);
    await Promise.all([client.edit(imageId, { alt: "A lake" }), client.edit(imageId, { title: "Lake" })]);
    expect(await client.get(imageId)).toMatchObject({
      alt: "A lake",
      title: "Lake",
      focalPoint: { x: 0, y: 0.5 },
    });
    await client.edit(imageId, { alt: "A lake" });
    while (listEventTypes() < 3) await nextTurn();
    const events = cloud
      .events()
      .filter((event) => event.type === "ImageEdited" && event.imageId === imageId);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    await expect(client.edit(imageId, { focalPoint: { x: 1.0000001, y: 0 } })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("focalPoint.x"),
    });
    const strange = await fetch(`${await openGateway(authorizeByJwt)}/images/${imageId}`, {
      method: "PATCH",
      headers: { ...BOTH, "content-type": "application/merge-patch+json" },
      body: '{"__proto__":{"alt":"x"}}',
    });
    expect(strange.status).toBe(400);
    expect(await client.edit("a".repeat(22), { alt: "x" })).toBeUndefined();
    await client.remove(imageId);
    expect(await client.edit(imageId, { alt: "x" })).toBeUndefined();
  });

  it("take the owner of an upload from a claim of its token, by bytes and by ticket, and have none with IAM", async () => {
    const [byToken, byIam] = [
      await openGateway(authorizeByJwt),
      await openGateway(() => ({ iam: { userArn: "arn:aws:iam::000000000000:user/anna" } })),
    ];
    const client = safelightClient({ baseUrl: byToken, token: "both" });
    const mine = await client.upload(new File([new Uint8Array(await drawTestImage())], "a.jpg"));
    const post = async (origin: string) => {
      const headers = { ...BOTH, prefer: "wait=20", "x-amz-meta-owner": "mallory" };
      const body = new Uint8Array(await drawTestImage());
      return readJson<ImageDescription>(
        fetch(`${origin}/images?owner=mallory`, { method: "POST", headers, body }),
      );
    };
    const [posted, signed] = [await post(byToken), await post(byIam)];
    expect([mine.owner, posted.owner, signed.owner]).toEqual(["somebody", "somebody", undefined]);
    const { items } = await client.list({ owner: "somebody" });
    expect(items.map(({ imageId }) => imageId).sort()).toEqual([mine.imageId, posted.imageId].sort());
    expect((await client.list({ owner: "mallory" })).items).toEqual([]);
    for (const { imageId } of [mine, posted, signed]) await client.remove(imageId);
  });

  it("refuse a body above 4 MiB and point to tickets; larger ones are refused by the gateway", async () => {
    const origin = await openGateway(authorizeByJwt);
    const send = (bytes: number) =>
      fetch(`${origin}/images`, { method: "POST", headers: BOTH, body: new Uint8Array(bytes) });
    const refused = await send(4 * 1024 * 1024 + 1);
    expect([refused.status, (await readJson<{ detail: string }>(refused)).detail]).toEqual([
      413,
      expect.stringContaining("get a ticket from POST /uploads"),
    ]);
    expect((await send(10_000_001)).status).toBe(413);
    expect((await send(4 * 1024 * 1024)).status).toBe(415);
  });

  it("admit exactly the callers with the right scopes, and nobody without an authorizer", async () => {
    const id = "a".repeat(22);
    const requests = {
      read: ["/images", `/images/${id}`, `/images/${id}/thumb`].map((path) => ["GET", path] as const),
      write: [
        ["POST", "/images"],
        ["POST", "/uploads"],
        ["POST", `/uploads/${id}/complete`],
        ["POST", "/process"],
        ["PATCH", `/images/${id}`],
        ["DELETE", `/images/${id}`],
      ] as const,
    };
    const [guarded, forgotten] = [await openGateway(authorizeByJwt), await openGateway()];
    const requestStatus = async (
      origin: string,
      [method, path]: readonly [string, string],
      token: string,
    ) => {
      const answer = await fetch(`${origin}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    for (const [permission, other] of [
      ["read", "write"],
      ["write", "read"],
    ] as const) {
      for (const request of requests[permission]) {
        expect([request, await requestStatus(guarded, request, other)]).toEqual([request, 403]);
        expect([request, await requestStatus(guarded, request, "neither")]).toEqual([request, 403]);
        expect([request, await requestStatus(guarded, request, "unknown")]).toEqual([request, 401]);
        expect([request, await requestStatus(forgotten, request, "both")]).toEqual([request, 401]);
        expect([200, 202, 400, 404, 415]).toContain(await requestStatus(guarded, request, permission));
      }
    }
    for (const path of ["/health", "/openapi.json"])
      expect((await fetch(`${forgotten}${path}`)).status).toBe(200);
  });

  it("admit callers whom IAM admitted, and everybody only if the setting says so", async () => {
    const caller = { iam: { userArn: "arn:aws:iam::000000000000:user/somebody", accountId: "000000000000" } };
    expect((await fetch(`${await openGateway(() => caller)}/images`)).status).toBe(200);
    expect((await fetch(`${await openGateway(() => ({ iam: {} }))}/images`)).status).toBe(401);
    const open = await deploy("read", { [VARIABLES.openTo]: "everybody" });
    closers.push(() => open.close());
    expect((await fetch(`${await openGateway(undefined, { read: open, write })}/images`)).status).toBe(200);
    const wrong = await deploy("read", { [VARIABLES.openTo]: "true" });
    closers.push(() => wrong.close());
    expect((await fetch(`${await openGateway(undefined, { read: wrong, write })}/images`)).status).toBe(500);
  });

  it("answer a caller that would wait for longer than the function has, instead of being killed", async () => {
    const impatient = await deployFunction("read", { cloud, bundles }, { seconds: 5 });
    closers.push(() => impatient.close());
    const origin = await openGateway(authorizeByJwt, { read: impatient, write });
    // Its start, which a busy machine draws out, is not what the caller waits for.
    expect((await fetch(`${origin}/images/${"b".repeat(22)}`, { headers: BOTH })).status).toBe(404);
    const headers = { ...BOTH, prefer: "wait=25" };
    expect((await fetch(`${origin}/images/${"a".repeat(22)}`, { headers })).status).toBe(404);
    expect(impatient.starts()).toBe(1);
  });

  it("contain no decoder", () => {
    for (const name of ["read", "write"]) {
      const metafile = readFileSync(bundles.readMetafile(name), "utf8");
      expect(metafile).not.toMatch(
        /"node_modules\/sharp|"path":"@img|adapters\/sharp\/(?:index|render|decode)\.ts/,
      );
    }
    expect(readFileSync(bundles.readMetafile("process"), "utf8")).toMatch(/"node_modules\/sharp\//);
  });

  it("log each request under its id, without the client's words", () => {
    const lines = write.logs().filter(({ message }) => message === "request");
    expect(lines.length).toBeGreaterThan(5);
    for (const { fields } of lines) {
      expect(fields?.requestId).toMatch(/^[\w-]{8,}$/);
      expect(String(fields?.route)).toMatch(/^\//);
    }
  });
});
