import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import Connection from "libsql";
import { drawTestImage } from "../../support/images.js";
import { readRecord } from "../../support/kill/server-kills.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, waitUntilFound } from "./start-server.js";

const it = takeSampleOfTests(2);

/** The refusals of a full disk: to commit what was rendered, and to give the change back. */
const FULL = `
CREATE TRIGGER no_room_for_records BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'full'); END;
CREATE TRIGGER no_room_for_releases BEFORE UPDATE ON changes WHEN NEW.consumer IS NULL
  BEGIN SELECT RAISE(ABORT, 'full'); END;`;
const SPACE_AGAIN = "DROP TRIGGER no_room_for_records; DROP TRIGGER no_room_for_releases;";

describe("a server on a disk that was full for a while", () => {
  let place: Place;
  beforeAll(() => buildCommand());
  beforeEach(() => {
    place = new Place();
  });
  afterEach(() => place.remove());

  function change(sql: string): void {
    const connection = new Connection(join(place.data, "safelight.db"), { timeout: 10_000 });
    connection.exec(sql);
    connection.close();
  }

  /** A server that has accepted a picture, and could neither settle its change nor give it back. */
  async function serveFull() {
    const server = await place.serve();
    change(FULL);
    const imageId = await server.upload(await drawTestImage());
    await waitUntilFound(() => server.readStderr().includes("change not released"));
    expect(await readRecord(place.data, imageId)).toMatchObject({ status: "pending" });
    return { server, imageId };
  }

  it("makes ready what it had accepted, without anybody asking", async () => {
    const { server, imageId } = await serveFull();
    change(SPACE_AGAIN);
    expect(await server.waitUntilSettled(imageId)).toMatchObject({ status: "ready" });
    server.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
  });

  it("says that something is left when it is stopped before that, and the next start goes on", async () => {
    const { server, imageId } = await serveFull();
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("could not finish: 1 change left; the next start resumes them"),
    });
    change(SPACE_AGAIN);
    const next = await place.serve();
    expect(await next.waitUntilSettled(imageId)).toMatchObject({ status: "ready" });
  });
});
