import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, parseRecords, Workplace } from "./run-command.js";

const it = takeSampleOfTests(8);

/** A file whose id looks like an option. */
const DASHED = Array.from({ length: 1000 }, (_, index) => `dash${index}.jpg`).find((key) =>
  /^-[^-]/.test(deriveImageId(key)),
);

describe("safelight list, show, remove and plan", () => {
  const place = new Workplace();
  let picture: Uint8Array;
  const keys = ["a.jpg", "b.jpg", "c.jpg", String(DASHED), "bad.jpg"];

  beforeAll(async () => {
    buildCommand();
    picture = await drawTestImage({ width: 300, height: 400, orientation: 6, privateMetadata: true });
    for (const key of keys) place.write(key, key === "bad.jpg" ? "" : picture);
    for (const key of keys) await place.run("process", key);
  });

  afterAll(() => place.remove());

  it("lists the newest first, up to the limit and by the filter", async () => {
    const listKeys = async (...words: string[]) => (await place.list(...words)).map(({ key }) => key);
    expect(await listKeys()).toEqual([...keys].reverse());
    expect(await listKeys("--limit", "2")).toEqual([...keys].reverse().slice(0, 2));
    expect(await listKeys("--status", "rejected")).toEqual(["bad.jpg"]);
    expect(await listKeys("--tag", "nothing")).toEqual([]);
    expect(await listKeys("--name", "B")).toEqual(["b.jpg", "bad.jpg"]);
    expect(await listKeys("--name", "B", "--status", "rejected")).toEqual(["bad.jpg"]);
  });

  it("refuses a name beside a tag in one sentence", async () => {
    const { code, stdout, stderr } = await place.run("list", "--name", "b", "--tag", "cat");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('expected no tag beside a name for tag but received "cat"');
  });

  it("lists for people in columns", async () => {
    const { code, stdout, stderr } = await place.run("list");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [header = "", ...rows] = stdout.trimEnd().split("\n");
    expect(rows).toHaveLength(keys.length);
    expect(rows.map((row) => row.slice(header.indexOf("KEY")))).toEqual([...keys].reverse());
  });

  it("lists nothing, and creates nothing, without a data directory", async () => {
    const { code, stdout, stderr } = await place.run("list", "--data", "nowhere");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("no images yet");
    expect(existsSync(join(place.dir, "nowhere"))).toBe(false);
    expect((await place.run("show", "a.jpg", "--data", "nowhere")).code).toBe(2);
  });

  it("shows an image by its key, its id and a prefix of its id", async () => {
    const id = deriveImageId("a.jpg");
    const shown = await Promise.all(
      ["a.jpg", id, id.slice(0, 8)].map(async (text) => (await place.run("show", text, "--json")).stdout),
    );
    expect(parseRecords(shown[0] ?? "")).toEqual([expect.objectContaining({ key: "a.jpg", imageId: id })]);
    expect(new Set(shown).size).toBe(1);
  });

  it("shows everything that is known in a readable form", async () => {
    const { stdout } = await place.run("show", "a.jpg");
    for (const text of [deriveImageId("a.jpg"), "ready", "300 x 400", "200 x 200", "file://"])
      expect(stdout).toContain(text);
  });

  it("says why an image is what it is, and what another configuration would change", async () => {
    const same = await place.run("show", "a.jpg", "--why");
    expect(same.stdout).toMatch(/^ {2}next +nothing; it is as it should be$/m);
    expect(same.stdout).toMatch(
      /^ {2}thumb\.jpg +current +keep +made by change \d+ of the store \(0-\d+-0\)$/m,
    );
    place.write("other.json", '{ "thumbnails": { "new": { "width": 9 } } }');
    const other = await place.run("show", "a.jpg", "--why", "--config", "other.json");
    expect(other.stdout).toMatch(/^ {2}found +outdated-configuration added: new removed: thumb, preview$/m);
    expect(other.stdout).toMatch(/^ {2}thumb\.jpg +unplanned +delete/m);
    expect(other.stdout).toMatch(/^ {2}new\.jpg +planned +render/m);
    const { stdout } = await place.run("show", "a.jpg", "--why", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ key: "a.jpg", why: { next: "nothing", original: "same" } });
  });

  it("accepts an id that begins with a dash", async () => {
    const id = deriveImageId(String(DASHED));
    for (const words of [
      [id, "--json"],
      ["--json", id.slice(0, 9)],
      ["--json", "--", id],
    ]) {
      const { code, stdout } = await place.run("show", ...words);
      expect(code).toBe(0);
      expect(parseRecords(stdout)).toEqual([expect.objectContaining({ imageId: id })]);
    }
  });

  it.each([["none.jpg"], ["abc"], ["AAAAAAAAAAAAAAAAAAAAAA"]])(
    "ends with 2 for %s, which is no image",
    async (text) => {
      for (const command of ["show", "remove"]) {
        const { code, stdout, stderr } = await place.run(command, text);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(JSON.stringify(text));
      }
    },
  );

  it("removes the image and its renditions, but not the file", async () => {
    const [before] = parseRecords((await place.run("show", "b.jpg", "--json")).stdout);
    const { code, stdout } = await place.run("remove", "b.jpg", "--json");
    expect(code).toBe(0);
    expect(parseRecords(stdout)).toEqual([
      expect.objectContaining({ key: "b.jpg", status: "removed", renditions: [] }),
    ]);
    expect(before?.renditions.length).toBeGreaterThan(0);
    for (const { key } of before?.renditions ?? [])
      expect(existsSync(join(place.dir, "safelight-data", "renditions", key))).toBe(false);
    expect(readdirSync(join(place.dir, "safelight-data", "by-name"))).not.toContain("b.jpg");
    expect((await place.list()).map(({ key }) => key)).not.toContain("b.jpg");
    expect((await place.run("remove", "b.jpg")).code).toBe(2);
    expect((await place.run("show", "b.jpg")).code).toBe(2);
    const why = await place.run("show", "b.jpg", "--why");
    expect(why.stdout).toMatch(/^status +removed$/m);
    expect(why.stdout).toMatch(/^ {2}next +nothing; it is as it should be$/m);
    expect(readFileSync(join(place.dir, "b.jpg")).equals(picture)).toBe(true);
  });

  it("plans in numbers and stores nothing", async () => {
    const elsewhere = new Workplace();
    try {
      elsewhere.write("a.jpg", picture);
      elsewhere.write("bad.jpg", "");
      const people = await elsewhere.run("plan", "a.jpg");
      expect(people.code).toBe(0);
      expect(people.stdout).toMatch(
        /^thumb +jpeg +200 x 200 +300 x 400 +resize to 200 x 267, crop 200 x 200 at 0, 34$/m,
      );
      expect(people.stdout).toContain("\ndecoded once to 300 x 400\n");
      const [plan] = parseRecords((await elsewhere.run("plan", "a.jpg", "--json")).stdout);
      expect(plan).toMatchObject({ upright: { width: 300, height: 400 }, outputs: [{ name: "thumb" }, {}] });
      expect(plan).toMatchObject({ pixels: { pictures: [{ size: { width: 300, height: 400 } }] } });
      for (const option of ["--data", "--out"])
        expect((await elsewhere.run("plan", "a.jpg", option, "not-made")).code).toBe(0);
      expect((await elsewhere.run("plan", "bad.jpg")).code).toBe(1);
      expect((await elsewhere.run("plan", "none.jpg")).code).toBe(2);
      expect(readdirSync(elsewhere.dir).sort()).toEqual(["a.jpg", "bad.jpg"]);
    } finally {
      elsewhere.remove();
    }
  });

  it("prints its version and its help", async () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await place.run("--version")).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
    const help = await place.run("process", "--help");
    expect(help.code).toBe(0);
    for (const option of [
      "--data",
      "--config",
      "--concurrency",
      "--force",
      "--json",
      "Examples:",
      "Exit codes:",
    ])
      expect(help.stdout).toContain(option);
  });
});
