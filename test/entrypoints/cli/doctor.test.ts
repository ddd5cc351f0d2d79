import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import Connection from "libsql";
import type { Diagnosis } from "../../../src/domain/model/finding.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, type Finished, Workplace } from "./run-command.js";

const it = takeSampleOfTests(7);

describe("safelight doctor", () => {
  let place: Workplace;
  beforeAll(() => buildCommand());
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  const readDiagnoses = ({ stdout }: Finished) =>
    stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Diagnosis);

  async function processFiles(...keys: string[]): Promise<void> {
    const picture = await drawTestImage({ width: 300, height: 200 });
    for (const key of keys) place.write(key, picture);
    expect((await place.run("process", ...keys)).code).toBe(0);
  }

  it("finds nothing in a healthy directory", async () => {
    await processFiles("a.jpg");
    expect(await place.run("doctor", "--json")).toMatchObject({ code: 0, stdout: "" });
    expect(await place.run("doctor", "--repair", "--grace", "0")).toMatchObject({ code: 0, stdout: "" });
  });

  it("says what is wrong, repairs it when asked to, and finds nothing after that", async () => {
    await processFiles("a.jpg", "b.jpg");
    const [a] = (await place.list()).filter(({ key }) => key === "a.jpg");
    for (const { key } of a?.renditions.slice(0, 1) ?? [])
      rmSync(join(place.dir, "safelight-data", "renditions", key));
    const stray = `${deriveImageId("b.jpg")}/0-F-0/x/thumb.jpg`;
    place.write(join("safelight-data", "renditions", stray), "stray");

    const found = await place.run("doctor", "--json", "--grace", "0");
    expect(found.code).toBe(1);
    const expected = [
      { kind: "missing-rendition", imageId: deriveImageId("a.jpg"), rendition: a?.renditions[0]?.key },
      { kind: "orphaned-rendition", imageId: deriveImageId("b.jpg"), rendition: stray },
    ];
    const compareKinds = (one: Diagnosis, other: Diagnosis) => one.kind.localeCompare(other.kind);
    expect(readDiagnoses(found).sort(compareKinds)).toMatchObject(expected);

    const people = await place.run("doctor", "--grace", "0");
    expect(people).toMatchObject({ code: 1, stderr: expect.stringContaining("2 left") });
    expect(people.stdout).toMatch(/^missing-rendition {2,}\S+ +left +\S+thumb/m);

    const repaired = await place.run("doctor", "--repair", "--json", "--grace", "0");
    expect(repaired.code).toBe(0);
    expect(readDiagnoses(repaired).map((diagnosis) => diagnosis.repaired)).toEqual([true, true]);
    expect(await place.run("doctor", "--json", "--grace", "0")).toMatchObject({ code: 0, stdout: "" });
    expect((await place.list()).map(({ status }) => status)).toEqual(["ready", "ready"]);
  });

  it("leaves young files alone unless told that no other process runs", async () => {
    await processFiles("a.jpg");
    place.write(
      join("safelight-data", "renditions", deriveImageId("a.jpg"), "0-F-0", "x", "thumb.jpg"),
      "stray",
    );
    expect(await place.run("doctor", "--repair", "--json")).toMatchObject({ code: 0, stdout: "" });
    expect((await place.run("doctor", "--json", "--grace", "0")).code).toBe(1);
  });

  it("says of a damaged database what can be done and what it costs, and does it", async () => {
    await processFiles("a.jpg", "b.jpg");
    expect((await place.run("edit", "a.jpg", "--alt", "a cat")).code).toBe(0);
    truncateSync(join(place.dir, "safelight-data", "safelight.db"), 10_000);
    const list = await place.run("list");
    expect(list).toMatchObject({ code: 3, stderr: expect.stringContaining('"safelight doctor" says') });

    const told = await place.run("doctor");
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/^damaged-database +left: .+safelight\.db$/m);
    expect(told.stderr).toContain("rebuilds every record from its original");
    expect(told.stderr).toContain("what will be lost: alternative texts, titles, focal points");
    const [damage, ...others] = readDiagnoses(await place.run("doctor", "--json"));
    expect(others).toEqual([]);
    expect(damage).toMatchObject({ kind: "damaged-database", repaired: false });

    const repaired = await place.run("doctor", "--repair", "--json");
    expect(repaired.code).toBe(0);
    expect(repaired.stderr).toMatch(/the damaged one is .+damaged-1\.db/);
    expect(readDiagnoses(repaired)[0]).toMatchObject({ kind: "damaged-database", repaired: true });
    expect((await place.list()).map(({ key, status }) => `${key} ${status}`).sort()).toEqual([
      "a.jpg ready",
      "b.jpg ready",
    ]);
    expect(await place.run("doctor", "--json", "--grace", "0")).toMatchObject({ code: 0, stdout: "" });
    expect((await place.run("process", "a.jpg", "b.jpg")).stderr).toContain("unchanged, ready");
  });

  it("rebuilds the records of a directory whose database is gone", async () => {
    await processFiles("a.jpg");
    rmSync(join(place.dir, "safelight-data", "safelight.db"));
    const told = await place.run("doctor");
    expect(told).toMatchObject({ code: 1, stdout: expect.stringContaining("it is missing") });
    expect((await place.run("doctor", "--repair")).code).toBe(0);
    expect((await place.list()).map(({ status }) => status)).toEqual(["ready"]);
  });

  it("finds and deletes rows about blobs that were never stored", async () => {
    await processFiles("a.jpg");
    const connection = new Connection(join(place.dir, "safelight-data", "safelight.db"));
    connection.exec(
      `INSERT INTO blobs SELECT store, path, 'never', 'stored', 1, attributes FROM blobs LIMIT 1`,
    );
    connection.close();
    const found = await place.run("doctor");
    expect(found).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^stale-attributes +left +\w+: /m),
    });
    expect((await place.run("doctor", "--repair")).code).toBe(0);
    expect(await place.run("doctor", "--json")).toMatchObject({ code: 0, stdout: "" });
  });

  it("refuses a directory without records, and a grace that is no number", async () => {
    const nowhere = await place.run("doctor", "--data", "nowhere");
    expect(nowhere).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("nowhere") });
    expect((await place.run("doctor", "--grace", "soon")).code).toBe(2);
  });
});
