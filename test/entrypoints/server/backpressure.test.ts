import { type ClientRequest, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, readJson, type Served } from "./start-server.js";

describe("a server with the maximum of waiting images", () => {
  let place: Place;
  let server: Served;
  let picture: Uint8Array;
  const ids: string[] = [];

  beforeAll(async () => {
    buildCommand();
    place = new Place();
    picture = await drawTestImage();
    server = await place.serve(["--max-waiting", "3"]);
    process.kill(server.getSettlerId(), "SIGSTOP");
    for (let count = 0; count < 3; count++) ids.push(await server.upload(picture));
  });
  afterAll(() => place.remove());

  const toJsonRequest = (body: object) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  it("answers further uploads with Retry-After, and stores nothing of them", async () => {
    for (const [path, init] of [
      ["/images", { method: "POST", body: new Uint8Array(picture) }],
      ["/uploads", toJsonRequest({ fileName: "a.jpg", contentType: "image/jpeg", bytes: 10 })],
      ["/uploads/form", { method: "POST", body: new FormData() }],
    ] as const) {
      const answer = await fetch(`${server.url}${path}`, init);
      expect({ path, status: answer.status }).toEqual({ path, status: 503 });
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await readJson(answer)).toMatchObject({ code: "unavailable" });
    }
    const { items } = await readJson<{ items: unknown[] }>(fetch(`${server.url}/images`));
    expect(items).toHaveLength(3);
  });

  it("continues to serve and to remove images", async () => {
    expect((await fetch(`${server.url}/images/${ids[0]}`)).status).toBe(200);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const removed = await fetch(`${server.url}/images/${ids[0]}`, { method: "DELETE" });
    expect(removed.status).toBe(202);
  });

  it("accepts uploads again once there is room", async () => {
    process.kill(server.getSettlerId(), "SIGCONT");
    for (const imageId of ids.slice(1))
      expect(await server.waitUntilSettled(imageId)).toMatchObject({ status: "ready" });
    const again = await server.upload(picture);
    expect(await server.waitUntilSettled(again)).toMatchObject({ status: "ready" });
  });
});

describe("uploads that begin together while there is room for some of them", () => {
  it("are accepted as far as there is room, and the others are told to wait", async () => {
    const place = new Place();
    try {
      buildCommand();
      const picture = await drawTestImage();
      const server = await place.serve(["--max-waiting", "3"]);
      process.kill(server.getSettlerId(), "SIGSTOP");
      const headers = { "content-length": picture.length };
      const begun = Array.from({ length: 8 }, () => {
        const upload = request(`${server.url}/images`, { method: "POST", headers });
        const status = new Promise<number>((resolve, reject) => {
          upload.on("response", (answer) => resolve(answer.resume().statusCode ?? 0)).on("error", reject);
        });
        return { upload, status };
      });
      const sendBytes = (upload: ClientRequest, bytes: Uint8Array) =>
        new Promise((sent) => upload.write(bytes, sent));
      for (const { upload } of begun) await sendBytes(upload, picture.subarray(0, -10));
      for (const { upload } of begun) upload.end(picture.subarray(-10));
      const statuses = await Promise.all(begun.map(({ status }) => status));
      expect(statuses.sort()).toEqual([202, 202, 202, 503, 503, 503, 503, 503]);
    } finally {
      await place.remove();
    }
  });
});
