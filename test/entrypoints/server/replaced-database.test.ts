import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, readJson, type Served } from "./start-server.js";

const it = takeSampleOfTests(3);

describe("a server whose database is deleted or replaced", () => {
  let place: Place;
  let picture: Uint8Array;
  beforeAll(async () => {
    buildCommand();
    picture = await drawTestImage();
  });
  beforeEach(() => {
    place = new Place();
  });
  afterEach(() => place.remove());

  const joinDataPath = (name: string) => join(place.data, name);
  const deleteDatabase = () => {
    for (const name of readdirSync(place.data).filter((one) => one.startsWith("safelight.db")))
      rmSync(joinDataPath(name));
  };
  const send = ({ url }: Served) => fetch(`${url}/images`, { method: "POST", body: new Uint8Array(picture) });

  it("refuses what would be lost: uploads, edits, requests and removals", async () => {
    const server = await place.serve();
    const imageId = await server.upload(picture);
    const { key } = await server.waitUntilSettled(imageId);
    deleteDatabase();
    const before = readdirSync(joinDataPath("originals"), { recursive: true });
    const toJsonRequest = (method: string, body: object) => ({
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const image = `${server.url}/images/${imageId}`;
    for (const answer of [
      await send(server),
      await fetch(image, toJsonRequest("PATCH", { alt: "a cat" })),
      await fetch(`${server.url}/process`, toJsonRequest("POST", { key })),
      await fetch(image, { method: "DELETE" }),
    ]) {
      expect(answer.status).toBe(503);
      expect(await readJson(answer)).toMatchObject({ code: "unavailable" });
    }
    expect(readdirSync(joinDataPath("originals"), { recursive: true })).toEqual(before);
    expect(server.readStderr()).toContain("safelight.db was deleted or replaced while it was in use");
    // Who reads is told what was true until then.
    expect((await fetch(image)).status).toBe(200);
  });

  it("says at its end that it cannot tell what is left, and takes everything in once it is started anew", async () => {
    const server = await place.serve();
    await server.waitUntilSettled(await server.upload(picture));
    renameSync(joinDataPath("safelight.db"), joinDataPath("elsewhere.db"));
    // It would try until the time for stopping is over.
    process.kill(server.getSettlerId(), "SIGKILL");
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("safelight.db was deleted or replaced"),
    });
    const next = await place.serve();
    expect(await next.waitUntilSettled(await next.upload(picture))).toMatchObject({ status: "ready" });
  });

  it("goes on when it is put back", async () => {
    const server = await place.serve();
    await server.waitUntilSettled(await server.upload(picture));
    renameSync(joinDataPath("safelight.db"), joinDataPath("elsewhere.db"));
    expect((await send(server)).status).toBe(503);
    renameSync(joinDataPath("elsewhere.db"), joinDataPath("safelight.db"));
    expect(await server.waitUntilSettled(await server.upload(picture))).toMatchObject({ status: "ready" });
  });
});
