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
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
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

  /** Stores renditions of these names, and the record of an image that has them. */
  async function commitReady(key: string, revision: number, names: readonly string[]): Promise<void> {
    const renditions = createRenditions(key, revision, names);
    for (const rendition of renditions)
      await adapters.renditions.put(rendition.key, Buffer.from(`${key} ${revision}`), {
        contentType: "image/webp",
      });
    await commit(key, { renditions });
  }

  async function commit(key: string, fields: Partial<ImageRecord>): Promise<void> {
    const replaced = await adapters.records.get(deriveImageId(key));
    const record = createRecord(key, {
      ...fields,
      edition: (replaced?.edition ?? 0) + 1,
    } as Partial<ImageRecord>);
    await adapters.records.commit(record, { replacing: replaced ?? "nothing" });
  }

  it("lead from the original's key to its renditions", async () => {
    await commitReady("trips/2026/été à la mer.jpg", 0, ["thumb", "card"]);
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

  it("follow the record and lose the specs that it has no more", async () => {
    await commitReady("cat.jpg", 0, ["thumb", "card"]);
    await commitReady("cat.jpg", 1, ["thumb", "wide"]);
    expect(readdirSync(joinByName("cat.jpg")).sort()).toEqual(["thumb.webp", "wide.webp"]);
    expect(readFileSync(joinByName("cat.jpg", "thumb.webp"), "utf8")).toBe("cat.jpg 1");
  });

  for (const status of ["removed", "rejected"] as const) {
    it(`are deleted when the image is ${status}, with the directories that become empty`, async () => {
      await commitReady("a/cat.jpg", 0, ["thumb"]);
      await commitReady("b/dog.jpg", 0, ["thumb"]);
      await commit("a/cat.jpg", toEmpty(status));
      expect(readdirSync(joinByName())).toEqual(["b"]);
    });
  }

  it("are made by the commit that leaves nothing to do: until then the record is settled again after a crash", async () => {
    const renditions = createRenditions("cat.jpg", 0, ["thumb"]);
    await commit("cat.jpg", { renditions, outbox: { invalidations: [], events: [READY] } });
    expect(existsSync(joinByName("cat.jpg"))).toBe(false);
    await commit("cat.jpg", { renditions });
    expect(readdirSync(joinByName("cat.jpg"))).toEqual(["thumb.webp"]);
  });

  it("are not made by a commit that was too late", async () => {
    await commitReady("cat.jpg", 0, ["thumb"]);
    const late = createRecord("cat.jpg", {
      renditions: createRenditions("cat.jpg", 1, ["wide"]),
      edition: 2,
    });
    await expect(adapters.records.commit(late, { replacing: "nothing" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(readdirSync(joinByName("cat.jpg"))).toEqual(["thumb.webp"]);
  });

  it("that could not be made are made up for by the next commit", async () => {
    rmSync(joinByName(), { recursive: true });
    writeFileSync(joinByName(), "a file");
    await commitReady("cat.jpg", 0, ["thumb"]);
    rmSync(joinByName());
    await commitReady("cat.jpg", 0, ["thumb"]);
    expect(readdirSync(joinByName("cat.jpg"))).toEqual(["thumb.webp"]);
  });

  it("are forgotten with the record", async () => {
    await commitReady("cat.jpg", 0, ["thumb"]);
    const record = await adapters.records.get(deriveImageId("cat.jpg"));
    if (record) await adapters.records.purge(record.imageId, { replacing: record });
    const { database, close } = openDataDirectory(place.dir);
    expect(database.selectAll("SELECT * FROM by_name_links")).toEqual([]);
    close();
  });

  it("keep the name that one of two keys took first, whichever it was", async () => {
    await commitReady("a", 0, ["b"]);
    await commitReady("a/b.webp", 0, ["c"]);
    expect(readFileSync(joinByName("a", "b.webp"), "utf8")).toBe("a 0");
    await commitReady("x/b.webp", 0, ["c"]);
    await commitReady("x", 0, ["b", "d"]);
    expect(readFileSync(joinByName("x", "b.webp", "c.webp"), "utf8")).toBe("x/b.webp 0");
    expect(readFileSync(joinByName("x", "d.webp"), "utf8")).toBe("x 0");
    await commit("x", toEmpty("removed"));
    expect(readFileSync(joinByName("x", "b.webp", "c.webp"), "utf8")).toBe("x/b.webp 0");
  });

  it("are restored if somebody deleted them, and never block a record if they cannot be made", async () => {
    rmSync(joinByName(), { recursive: true });
    await commitReady("cat.jpg", 0, ["thumb"]);
    expect(readdirSync(joinByName("cat.jpg"))).toEqual(["thumb.webp"]);
    rmSync(joinByName(), { recursive: true });
    writeFileSync(joinByName(), "a file");
    await commitReady("cat.jpg", 1, ["thumb"]);
    await commit("cat.jpg", toEmpty("removed"));
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
      await commitReady(key, 0, ["thumb"]);
    expect(readdirSync(join(place.dir, "..", "outside"))).toEqual([]);
    expect(existsSync(joinByName("%2E%2E", "outside", "cat.jpg", "thumb.webp"))).toBe(true);
    expect(existsSync(joinByName("nul%00.jpg", "thumb.webp"))).toBe(true);
    expect(readdirSync(join(place.dir, "tmp"))).toEqual([]);
  });
});

const READY = {
  type: "ImageReady",
  version: version({ sequencer: "1", revision: 0 }),
  time: "2026-01-01T00:00:00.000Z",
} as const;

function createRenditions(key: string, revision: number, names: readonly string[]) {
  const place = version({ sequencer: "1", revision });
  return names.map((name) => ({
    name,
    key: renditionKey(deriveImageId(key), place, "f", name, "webp"),
    recipe: `recipe of ${name}`,
    format: "webp" as const,
    width: 1,
    height: 1,
    bytes: 1,
    watermarked: false,
  }));
}

/** The fields of a record without renditions. */
function toEmpty(status: "removed" | "rejected"): Partial<ImageRecord> {
  if (status === "removed") return { status, renditions: [], tags: [] } as Partial<ImageRecord>;
  return {
    status,
    renditions: [],
    tags: [],
    failure: { code: "corrupt-image", message: "no" },
  } as Partial<ImageRecord>;
}
