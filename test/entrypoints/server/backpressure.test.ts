import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { buildCommand } from "../cli/run-command.js";
import { jsonOf, Place, type Served } from "./start-server.js";

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

  const json = (body: object) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  it("answers further uploads with Retry-After, and stores nothing of them", async () => {
    for (const [path, init] of [
      ["/images", { method: "POST", body: new Uint8Array(picture) }],
      ["/uploads", json({ fileName: "a.jpg", contentType: "image/jpeg", bytes: 10 })],
      ["/uploads/form", { method: "POST", body: new FormData() }],
    ] as const) {
      const answer = await fetch(`${server.url}${path}`, init);
      expect({ path, status: answer.status }).toEqual({ path, status: 503 });
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await jsonOf(answer)).toMatchObject({ code: "unavailable" });
    }
    const { items } = await jsonOf<{ items: unknown[] }>(fetch(`${server.url}/images`));
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
      expect(await server.settled(imageId)).toMatchObject({ status: "ready" });
    const again = await server.upload(picture);
    expect(await server.settled(again)).toMatchObject({ status: "ready" });
  });
});
