import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openDataDirectory } from "../../../src/adapters/local/data-directory.js";
import type { LocalAdapters } from "../../../src/adapters/local/index.js";
import { deriveEventId, type ImageEvent } from "../../../src/domain/model/image-event.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { describeRecord, type ImageEventType } from "../../../src/domain/model/image-record.js";
import { renditionKey } from "../../../src/domain/model/storage-layout.js";
import { version } from "../../../src/domain/model/version.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

describe("the links for people", () => {
  let place: TestDirectory;
  let adapters: LocalAdapters;
  beforeEach(() => {
    place = createTestDirectory();
    adapters = place.open();
  });
  afterEach(() => place.close());

  const joinByName = (...parts: string[]) => join(place.dir, "by-name", ...parts);

  /** Stores renditions of these names and publishes that the image is ready. */
  async function publishReady(key: string, revision: number, names: readonly string[]): Promise<void> {
    const event = createEvent("ImageReady", key, revision, names);
    for (const { key: rendition } of event.record?.renditions ?? [])
      await adapters.renditions.put(rendition, Buffer.from(`${key} ${revision}`), {
        contentType: "image/webp",
      });
    await adapters.events.publish(event);
  }

  it("lead from the original's key to its renditions", async () => {
    await publishReady("trips/2026/été à la mer.jpg", 0, ["thumb", "card"]);
    expect(readdirSync(joinByName("trips", "2026", "été à la mer.jpg")).sort()).toEqual([
      "card.webp",
      "thumb.webp",
    ]);
    expect(readFileSync(joinByName("trips", "2026", "été à la mer.jpg", "thumb.webp"), "utf8")).toBe(
      "trips/2026/été à la mer.jpg 0",
    );
    expect(readlinkSync(joinByName("trips", "2026", "été à la mer.jpg", "thumb.webp"))).toMatch(
      /^(\.\.\/)+renditions\//,
    );
  });

  it("follow the newest version and lose the specs that it has no more", async () => {
    await publishReady("cat.jpg", 0, ["thumb", "card"]);
    await publishReady("cat.jpg", 1, ["thumb", "wide"]);
    expect(readdirSync(joinByName("cat.jpg")).sort()).toEqual(["thumb.webp", "wide.webp"]);
    await publishReady("cat.jpg", 0, ["thumb", "card"]);
    expect(readdirSync(joinByName("cat.jpg")).sort()).toEqual(["thumb.webp", "wide.webp"]);
    expect(readFileSync(joinByName("cat.jpg", "thumb.webp"), "utf8")).toBe("cat.jpg 1");
  });

  for (const type of ["ImageRemoved", "ImageRejected"] as const) {
    it(`are deleted after ${type}, with the directories that become empty`, async () => {
      await publishReady("a/cat.jpg", 0, ["thumb"]);
      await publishReady("b/dog.jpg", 0, ["thumb"]);
      await adapters.events.publish(createEvent(type, "a/cat.jpg", 1, []));
      expect(readdirSync(joinByName())).toEqual(["b"]);
    });
  }

  it("do not change when somebody edits the image, and follow a late event of the same version", async () => {
    await publishReady("cat.jpg", 0, ["thumb"]);
    await adapters.events.publish(createEvent("ImageEdited", "cat.jpg", 1, ["wide"]));
    expect(readdirSync(joinByName("cat.jpg"))).toEqual(["thumb.webp"]);
    await publishReady("cat.jpg", 1, ["card"]);
    expect(readdirSync(joinByName("cat.jpg"))).toEqual(["card.webp"]);
  });

  it("keep the name that one of two keys took first, whichever it was", async () => {
    await publishReady("a", 0, ["b"]);
    await publishReady("a/b.webp", 0, ["c"]);
    expect(readFileSync(joinByName("a", "b.webp"), "utf8")).toBe("a 0");
    await publishReady("x/b.webp", 0, ["c"]);
    await publishReady("x", 0, ["b", "d"]);
    expect(readFileSync(joinByName("x", "b.webp", "c.webp"), "utf8")).toBe("x/b.webp 0");
    expect(readFileSync(joinByName("x", "d.webp"), "utf8")).toBe("x 0");
    await adapters.events.publish(createEvent("ImageRemoved", "x", 1, []));
    expect(readFileSync(joinByName("x", "b.webp", "c.webp"), "utf8")).toBe("x/b.webp 0");
  });

  it("are restored if somebody deleted them, and never block an event if they cannot be made", async () => {
    rmSync(joinByName(), { recursive: true });
    await publishReady("cat.jpg", 0, ["thumb"]);
    expect(readdirSync(joinByName("cat.jpg"))).toEqual(["thumb.webp"]);
    rmSync(joinByName(), { recursive: true });
    writeFileSync(joinByName(), "a file");
    await publishReady("cat.jpg", 1, ["thumb"]);
    await adapters.events.publish(createEvent("ImageRemoved", "cat.jpg", 2, []));
  });

  it("are never outside, and are no error if the file system cannot hold them", async () => {
    mkdirSync(join(place.dir, "..", "outside"));
    for (const key of [
      "../outside/cat.jpg",
      "/etc/cat.jpg",
      "..",
      ".",
      "a//b",
      "nul\0.jpg",
      "k".repeat(1_024),
      "é/".repeat(341),
    ])
      await publishReady(key, 0, ["thumb"]);
    expect(readdirSync(join(place.dir, "..", "outside"))).toEqual([]);
    expect(existsSync(joinByName("%2E%2E", "outside", "cat.jpg", "thumb.webp"))).toBe(true);
    expect(existsSync(joinByName("nul%00.jpg", "thumb.webp"))).toBe(true);
    expect(readdirSync(join(place.dir, "tmp"))).toEqual([]);
  });
});

describe("the events of a data directory", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  it("are stored once each, durably", async () => {
    const first = place.open();
    const events = [0, 1, 1, 0, 2].map((revision) => createEvent("ImageRemoved", "k", revision, []));
    for (const event of events) await first.events.publish(event);
    first.close();
    const { database, close } = openDataDirectory(place.dir);
    const kept = database
      .selectAll<{ event: string }>("SELECT event FROM events ORDER BY number")
      .map(({ event }) => JSON.parse(event));
    close();
    expect(kept).toEqual([0, 1, 2].map((revision) => createEvent("ImageRemoved", "k", revision, [])));
  });

  it("show the newest version in the links, compared by ASCII code", async () => {
    const { events } = place.open();
    const shown: (string | undefined)[] = [];
    for (const sequencer of ["9", "10", "A", "_", "a", "Z", "a0"]) {
      await events.publish(createEvent("ImageReady", "k", 0, ["thumb"], sequencer));
      shown.push(
        readlinkSync(join(place.dir, "by-name", "k", "thumb.webp"))
          .split("/")
          .at(-3),
      );
    }
    expect(shown).toEqual(["9-0", "9-0", "A-0", "_-0", "a-0", "a-0", "a0-0"].map((label) => `0-${label}`));
  });

  it("are the newest 10,000", async () => {
    const { events } = place.open();
    const { database, close } = openDataDirectory(place.dir);
    database.run(
      "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10000) INSERT INTO events (id, event) SELECT 'id' || n, '{}' FROM c",
    );
    for (const revision of [0, 1]) await events.publish(createEvent("ImageRemoved", "k", revision, []));
    const [count] = database.selectAll<{ n: number; oldest: string }>(
      "SELECT count(*) AS n, min(number) AS oldest FROM events",
    );
    close();
    expect(count).toEqual({ n: 10_000, oldest: 3 });
  });
});

function createEvent(
  type: ImageEventType,
  key: string,
  revision: number,
  names: readonly string[],
  sequencer = "1",
): ImageEvent {
  const imageId = deriveImageId(key);
  const place = version({ sequencer, revision });
  const time = "2026-01-01T00:00:00.000Z";
  const renditions = names.map((name) => ({
    name,
    key: renditionKey(imageId, place, "f", name, "webp"),
    recipe: `recipe of ${name}`,
    format: "webp" as const,
    width: 1,
    height: 1,
    bytes: 1,
    watermarked: false,
  }));
  const record = describeRecord(createRecord(key, { renditions }));
  const fact = { type, version: place, time, ...(type === "ImageEdited" && { edition: 2 }) };
  return { id: deriveEventId(imageId, fact), imageId, key, ...fact, record };
}
