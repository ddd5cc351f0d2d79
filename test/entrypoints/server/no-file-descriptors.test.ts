import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, type Served, waitUntilFound } from "./start-server.js";

/** Few enough to be used up soon, and more than a server needs. */
const DESCRIPTORS = 256;

describe("a server with no file descriptor left", () => {
  let place: Place;
  const sockets: Socket[] = [];
  beforeAll(() => buildCommand());
  beforeEach(() => {
    place = new Place();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await place.remove();
  });

  /** Opens idle connections until the server can take no more, again and again until something has happened. */
  function exhaust({ url, pid }: Served, happened: () => boolean): Promise<boolean> {
    return waitUntilFound(() => {
      const free = DESCRIPTORS - readdirSync(`/proc/${pid}/fd`).length;
      for (let count = 0; count < free + 2; count += 1)
        sockets.push(connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {}));
      return happened();
    });
  }

  it("survives the death of its settler, and goes on once there are descriptors again", async () => {
    const server = await place.serve([], {}, DESCRIPTORS);
    const settler = server.getSettlerId();
    await exhaust(server, () => readdirSync(`/proc/${server.pid}/fd`).length >= DESCRIPTORS);
    process.kill(settler, "SIGKILL");
    await exhaust(server, () => /settler process exited.+EMFILE/.test(server.readStderr()));
    for (const socket of sockets.splice(0)) socket.destroy();
    const picture = await drawTestImage();
    const imageId = await waitUntilFound(() => server.upload(picture).catch(() => undefined));
    expect(await server.waitUntilSettled(imageId)).toMatchObject({ status: "ready" });
    server.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
  });
});
