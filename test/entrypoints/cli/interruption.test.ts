import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import sharp from "sharp";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, parseRecords, Workplace } from "./run-command.js";

const it = takeSampleOfTests(4);

const COUNT = 30;

describe("safelight process, interrupted", () => {
  let place: Workplace;
  let picture: Uint8Array;

  beforeAll(async () => {
    buildCommand();
    picture = await drawTestImage({ width: 900, height: 700 });
  });

  beforeEach(() => {
    place = new Workplace();
    for (let index = 0; index < COUNT; index++) place.write(`roll/IMG_${index}.jpg`, picture);
  });

  afterEach(() => place.remove());

  const joinDataPath = (...path: string[]) => join(place.dir, "safelight-data", ...path);

  /** Every record is whole and every file of every rendition is there and is a picture. */
  async function expectNothingHalf(): Promise<number> {
    const records = await place.list();
    for (const { renditions } of records) {
      for (const { key, bytes } of renditions) {
        const file = readFileSync(joinDataPath("renditions", key));
        expect(file.length).toBe(bytes);
        await sharp(file, { failOn: "warning" }).raw().toBuffer();
      }
    }
    return records.length;
  }

  it.each(["SIGINT", "SIGTERM"] as const)(
    "finishes the current files on %s, reports its progress and ends with 130",
    async (signal) => {
      const run = place.start(["process", "roll", "--concurrency", "2"]);
      await run.waitForLine(/^1\/30 /);
      run.process.kill(signal);
      const { code, stdout, stderr } = await run.finished;
      expect(code).toBe(130);
      const done = Number(/^interrupted after (\d+) of 30 files$/m.exec(stdout)?.[1]);
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(COUNT);
      expect(stderr).toContain("stopping when the current files are done");
      expect(await expectNothingHalf()).toBe(done);
      expect((await place.list("--status", "ready")).length).toBe(done);
      expect(readdirSync(joinDataPath("tmp"))).toEqual([]);
    },
  );

  it("ends at once when interrupted twice, and the next run finishes the work", async () => {
    const run = place.start(["process", "roll", "--concurrency", "2"]);
    await run.waitForLine(/^1\/30 /);
    run.process.kill("SIGINT");
    // Again and again, as an impatient person does: the first repeats count as one with the first.
    const again = setInterval(() => run.process.kill("SIGINT"), 50);
    const { code } = await run.finished.finally(() => clearInterval(again));
    // While it exits, Node gives the signals back to the system; an end by SIGINT is what a shell calls 130 as well.
    expect(run.process.signalCode === "SIGINT" ? 130 : code).toBe(130);
    await expectNothingHalf();
    const next = await place.run("process", "roll");
    expect(next.code).toBe(0);
    expect(next.stdout).toContain("30 ready");
    expect(await expectNothingHalf()).toBe(COUNT);
  });

  it("finishes the work of a killed run, and leaves no file of it", async () => {
    const run = place.start(["process", "roll", "--concurrency", "4"]);
    await run.waitForLine(/^3\/30 /);
    run.process.kill("SIGKILL");
    expect((await run.finished).code).toBeNull();
    await expectNothingHalf();
    expect((await place.run("process", "roll")).code).toBe(0);
    expect(await expectNothingHalf()).toBe(COUNT);
    expect(readdirSync(joinDataPath("tmp"))).toEqual([]);
    const kept = (await place.list()).flatMap(({ renditions }) => renditions.map(({ key }) => key));
    const files = readdirSync(joinDataPath("renditions"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const key of kept) expect(existsSync(joinDataPath("renditions", key))).toBe(true);
    expect(files.filter((path) => /thumb|preview/.test(path) && /\.(jpg|webp)$/.test(path))).toHaveLength(
      kept.length,
    );
  });

  it("stops without an error when nobody reads its output any more", async () => {
    const run = place.start(["process", "roll", "--json", "--concurrency", "2"]);
    await run.waitForLine(/^1\/30 /);
    run.process.stdout?.destroy();
    const ended = run.finished.catch(() => undefined);
    const [code] = (await new Promise<unknown[]>((done) =>
      run.process.once("close", (...values) => done(values)),
    )) as [number];
    await ended;
    expect(code).toBe(130);
    expect(await expectNothingHalf()).toBeLessThan(COUNT);
  });

  it("lists into a closed pipe without an error", async () => {
    expect(parseRecords((await place.run("process", "roll/IMG_1.jpg", "--json")).stdout)).toHaveLength(1);
    const run = place.start(["list"]);
    run.process.stdout?.destroy();
    run.finished.catch(() => undefined);
    const stderr: Buffer[] = [];
    run.process.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    const code = await new Promise((done) => run.process.once("close", done));
    expect({ code, stderr: Buffer.concat(stderr).toString() }).toEqual({ code: 0, stderr: "" });
  });
});
