import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import Connection from "libsql";
import { drawTestImage } from "../../support/images.js";
import { buildCommand } from "../cli/run-command.js";
import { Place } from "./start-server.js";

describe("a server whose database another process keeps locked for writing", () => {
  let place: Place;
  beforeAll(() => buildCommand());
  beforeEach(() => {
    place = new Place();
  });
  afterEach(() => place.remove());

  it("answers everybody who reads, while whoever writes waits", async () => {
    const server = await place.serve();
    const imageId = await server.upload(await drawTestImage());
    const { renditions } = await server.waitUntilSettled(imageId);
    const image = `${server.url}/images/${imageId}`;
    const holder = new Connection(join(place.data, "safelight.db"), { timeout: 10_000 });
    holder.exec("BEGIN IMMEDIATE");
    const toJsonRequest = (body: object) => ({
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    let answered = 0;
    const writing = [
      fetch(image, { method: "PATCH", ...toJsonRequest({ alt: "a cat" }) }),
      fetch(`${server.url}/process`, { method: "POST", ...toJsonRequest({ key: "none.jpg" }) }),
      fetch(`${server.url}/images`, { method: "POST", body: new Uint8Array(await drawTestImage()) }),
      fetch(image, { method: "DELETE" }),
    ].map((answer) => answer.finally(() => (answered += 1)));
    for (let round = 0; round < 10; round += 1) {
      for (const url of [image, `${server.url}/images`, `${server.url}/health`, renditions[0]?.url ?? ""])
        expect((await fetch(url)).status).toBe(200);
    }
    // Nothing lies under that key, which takes no writing to be known.
    expect(answered).toBe(1);
    holder.exec("ROLLBACK");
    holder.close();
    expect((await Promise.all(writing)).map(({ status }) => status)).toEqual([200, 404, 202, 202]);
  });
});
