import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { drawTestImage } from "../../support/images.js";
import { readRecord } from "../../support/kill/server-kills.js";
import { judgeDirectory } from "../../support/kill/verdict.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, waitUntilFound } from "./start-server.js";

const it = takeSampleOfTests(5);

let place: Place;

beforeAll(buildCommand);
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

/** The record of a key, once it holds these bytes and nothing is left to do for it. */
function waitUntilTaken(key: string, bytes: Uint8Array): Promise<ImageRecord> {
  const hash = computeSha256(bytes);
  return waitUntilFound(async () => {
    const record = await readRecord(place.data, deriveImageId(key));
    const done = record?.status !== "pending" && record?.outbox === undefined;
    return record?.contentHash === hash && done ? record : undefined;
  });
}

const waitUntilRemoved = (key: string) =>
  waitUntilFound(async () => (await readRecord(place.data, deriveImageId(key)))?.status === "removed");

const WATCH = ["--watch", "photos"];

describe("a watched folder", () => {
  it("is uploaded, and its added, replaced, moved and removed files are followed", async () => {
    const [first, second, third] = [
      await drawTestImage({ width: 70 }),
      await drawTestImage({ width: 71 }),
      await drawTestImage({ width: 72, format: "png" }),
    ] as const;
    const file = place.write("photos/here.jpg", first);
    place.write("photos/notes.txt", "not a picture");
    const before = statSync(file);
    const server = await place.serve(WATCH);
    expect(await waitUntilTaken("here.jpg", first)).toMatchObject({ status: "ready", key: "here.jpg" });

    place.write("photos/2024/05/été 1.png", third);
    expect(await waitUntilTaken("2024/05/été 1.png", third)).toMatchObject({ status: "ready" });
    expect(statSync(file)).toMatchObject({ mtimeMs: before.mtimeMs, size: before.size, ino: before.ino });
    expect(new Uint8Array(readFileSync(file))).toEqual(new Uint8Array(first));

    place.write("photos/here.jpg", second);
    expect(await waitUntilTaken("here.jpg", second)).toMatchObject({ status: "ready" });

    renameSync(file, join(place.dir, "photos", "there.jpg"));
    expect(await waitUntilTaken("there.jpg", second)).toMatchObject({ status: "ready" });
    await waitUntilRemoved("here.jpg");

    unlinkSync(join(place.dir, "photos", "there.jpg"));
    await waitUntilRemoved("there.jpg");
    expect(await readRecord(place.data, deriveImageId("notes.txt"))).toBeUndefined();
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0 });
    expect(await judgeDirectory(place.data, new Map([["2024/05/été 1.png", computeSha256(third)]]))).toEqual({
      lost: [],
      half: [],
      wrong: [],
    });
  });

  it("is not uploaded again by the next start, except for files that changed meanwhile", async () => {
    const [first, second] = [await drawTestImage({ width: 70 }), await drawTestImage({ width: 71 })] as const;
    place.write("photos/a.jpg", first);
    const server = await place.serve(WATCH);
    const before = await waitUntilTaken("a.jpg", first);
    server.kill("SIGTERM");
    await server.ended;
    place.write("photos/b.jpg", second);
    await place.serve(WATCH);
    await waitUntilTaken("b.jpg", second);
    expect(await readRecord(place.data, deriveImageId("a.jpg"))).toEqual(before);
  });

  it("has a file uploaded once it is complete", async () => {
    mkdirSync(join(place.dir, "photos"));
    await place.serve(WATCH);
    const bytes = await drawTestImage({ width: 300, height: 300, format: "png" });
    const file = join(place.dir, "photos", "slow.png");
    const piece = Math.ceil(bytes.length / 10);
    for (let at = 0; at < bytes.length; at += piece) {
      await appendFile(file, bytes.subarray(at, at + piece));
      // As a slow line brings it: other pieces of work in between, and nothing is taken in yet.
      for (let look = 0; look < 5; look++)
        expect(await readRecord(place.data, deriveImageId("slow.png"))).toBeUndefined();
    }
    const record = await waitUntilTaken("slow.png", bytes);
    expect(record.version).toMatchObject({ sequencer: expect.stringMatching(/^0*1$/) });
  });

  it("ignores links, hidden folders, the data directory and others", async () => {
    place.write("photos/a.jpg", await drawTestImage({ width: 70 }));
    const other = place.write("elsewhere/secret.jpg", await drawTestImage({ width: 71 }));
    symlinkSync(other, join(place.dir, "photos", "link.jpg"));
    place.write("photos/.trash/b.jpg", await drawTestImage({ width: 73 }));
    place.write("photos/older/safelight.db", "");
    place.write("photos/older/originals/c.jpg", await drawTestImage({ width: 74 }));
    const server = await place.serve(["--watch", "photos", "--data", "photos/data"]);
    const last = await drawTestImage({ width: 72 });
    place.write("photos/z.jpg", last);
    const keys = await waitUntilFound(async () => {
      const answer = await fetch(`${server.url}/images`);
      const { items } = (await answer.json()) as { items: { key: string; status: string }[] };
      const isThere = (key: string) => items.some((one) => one.key === key && one.status === "ready");
      return isThere("a.jpg") && isThere("z.jpg") ? items.map(({ key }) => key).sort() : undefined;
    });
    expect(keys).toEqual(["a.jpg", "z.jpg"]);
  });

  it("that disappears as a whole, like an unmounted disk, removes nothing", async () => {
    const bytes = await drawTestImage();
    place.write("photos/a.jpg", bytes);
    const server = await place.serve(WATCH);
    await waitUntilTaken("a.jpg", bytes);
    renameSync(join(place.dir, "photos"), join(place.dir, "moved"));
    rmSync(join(place.dir, "moved"), { recursive: true });
    await waitUntilFound(() => server.readStderr().includes("watched folder is missing"));
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0 });
    expect(await readRecord(place.data, deriveImageId("a.jpg"))).toMatchObject({ status: "ready" });
  });

  it.each([
    ["nowhere", "expected an existing folder for --watch"],
    ["data/originals", "expected a folder outside the data directory for --watch"],
  ])("must be a folder of its own (%s)", async (folder, sentence) => {
    mkdirSync(join(place.data, "originals"), { recursive: true });
    const words = ["serve", "--port", "0", "--data", "data", "--watch", folder];
    const { code, stderr } = await place.run(words).ended;
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });
});
