import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const BYTES = createFakeImage({ format: "png", width: 300, height: 200 });

describe("a rendition is there although its link by name cannot be made, because", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  it.each([
    [
      "a file has the name of the folder",
      "holiday/cat.png",
      (root: string) => writeFileSync(join(root, "holiday"), "mine"),
    ],
    [
      "a folder has the name of the link",
      "cat.png",
      (root: string) => mkdirSync(join(root, "cat.png", "thumb.png"), { recursive: true }),
    ],
    [
      "a file has the name of the whole tree",
      "cat.png",
      (root: string) => {
        rmSync(root, { recursive: true, force: true });
        writeFileSync(root, "mine");
      },
    ],
    ["the path would be too long", `${"deep/".repeat(60)}${"long ".repeat(30)}cat.png`, () => {}],
  ])("%s", async (_why, key, obstruct) => {
    const root = join(place.dir, "by-name");
    const ports = place.open();
    obstruct(root);
    const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
    const { status, renditions } = await pipeline.process({ key, bytes: BYTES });
    expect(status).toBe("ready");
    expect(renditions.length).toBeGreaterThan(0);
    const { items } = await ports.renditions.list("");
    expect(items.map((item) => item.key).sort()).toEqual(renditions.map((one) => one.key).sort());
  });
});
