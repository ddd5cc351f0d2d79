import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import type { Difference } from "../../../src/domain/model/difference.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, Workplace } from "./run-command.js";

const it = takeSampleOfTests(5);

const BEFORE = { thumb: { width: 40 }, old: { width: 50 } };
const AFTER = { thumb: { width: 40 }, card: { width: 60, format: "webp" } };

describe("safelight reconcile", () => {
  let place: Workplace;
  let picture: Uint8Array;

  beforeAll(async () => {
    buildCommand();
    picture = await drawTestImage({ width: 300, height: 200 });
  });
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  const configure = (thumbnails: object) =>
    place.write("safelight.config.json", JSON.stringify({ thumbnails }));

  async function processPhotos(count: number): Promise<void> {
    configure(BEFORE);
    for (let index = 0; index < count; index += 1) place.write(`photos/${index}.jpg`, picture);
    expect((await place.run("process", "photos")).code).toBe(0);
  }

  it("applies a changed configuration to all images, as its plan said, and has nothing to do after that", async () => {
    await processPhotos(3);
    expect(await place.run("plan", "--all", "--json")).toMatchObject({ code: 0 });
    const before = await place.list();
    configure(AFTER);
    const plan = await place.run("plan", "--all", "--json");
    expect(JSON.parse(plan.stdout)).toMatchObject({
      images: 3,
      findings: { "outdated-configuration": 3 },
      specs: { added: { card: 3 }, changed: {}, removed: { old: 3 } },
      work: { images: { made: 0, changed: 3, removed: 0 }, renditions: { made: 3, kept: 3, deleted: 3 } },
    });
    const table = await place.run("plan", "--all");
    expect(table.stdout).toMatch(
      /^outdated-configuration +3 *\n +spec added +3 +card\n +spec removed +3 +old$/m,
    );
    expect(table.stdout).toContain("renditions: 3 made, 3 kept, 3 deleted");
    expect(table.stderr).toContain('"safelight reconcile" closes that');

    const { code, stdout } = await place.run("reconcile");
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("3 images differed: 3 closed"),
    });
    const after = await place.list();
    expect(after.map(({ renditions }) => renditions.map(({ name }) => name))).toEqual([
      ["thumb", "card"],
      ["thumb", "card"],
      ["thumb", "card"],
    ]);
    expect(after.map(({ renditions }) => renditions[0])).toEqual(
      before.map(({ renditions }) => renditions[0]),
    );
    expect(await place.run("plan", "--all")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "every image is as it should be\n",
    });
  });

  it("is held to the configuration that was last served, unless it is told that another one is the deployment's", async () => {
    await processPhotos(1);
    const server = place.start(["serve", "--port", "0", "--no-dashboard"]);
    server.process.stdout?.once("data", () => server.process.kill("SIGTERM"));
    expect(await server.finished).toMatchObject({ code: 0 });
    expect(await place.run("plan", "--all")).toMatchObject({ code: 0 });
    configure(AFTER);
    for (const words of [["plan", "--all"], ["reconcile"]])
      expect(await place.run(...words)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /^expected the configuration of the deployment .*--new-deployment\)\n$/,
        ),
      });
    const plan = await place.run("plan", "--all", "--new-deployment", "--json");
    expect(JSON.parse(plan.stdout)).toMatchObject({ images: 1 });
    expect(await place.run("reconcile", "--new-deployment")).toMatchObject({ code: 0 });
    expect(await place.run("plan", "--all")).toMatchObject({ code: 0 });
  });

  it("names a file that lies where nobody looks for it, says what to do, and leaves it there, as plan and doctor do", async () => {
    await processPhotos(1);
    const commands = [["reconcile"], ["plan", "--all"], ["doctor"], ["doctor", "--repair"], ["import"]];
    const report = async (words: readonly string[]) => {
      const { code, stderr } = await place.run(...words);
      return { code, told: stderr.split("\n").filter((line) => line.startsWith("left alone")) };
    };
    for (const words of commands)
      expect([words, await report(words)]).toEqual([words, { code: 0, told: [] }]);
    const strays = [
      "my cat.jpg",
      "renditions/old stuff/a.jpg",
      "renditions/my cat.jpg",
      "renditions/notes.txt",
    ];
    for (const path of strays) place.write(join("safelight-data", path), picture);
    const hint = "move or delete what nobody needs, and put pictures among the originals";
    for (const words of commands) {
      const { code, told } = await report(words);
      expect([words, code, told]).toEqual([words, 0, [expect.stringContaining(hint)]]);
      // A listing of the renditions gives the last one of them, and only where they are listed.
      const count = words[0] === "import" ? 3 : 4;
      expect(told[0]).toContain(
        `left alone: ${count} files or folders that Safelight did not make, such as "`,
      );
    }
    for (const path of strays) expect(existsSync(join(place.dir, "safelight-data", path))).toBe(true);
  });

  it("tells each image as JSON, with what became of it", async () => {
    await processPhotos(2);
    rmSync(join(place.dir, "safelight-data", "originals", "0.jpg"));
    configure(AFTER);
    const run = await place.run("reconcile", "--json", "--grace", "0", "--rate", "100/s");
    const told = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Difference)
      .sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
    expect(
      told.map(({ key, outcome, findings }) => [key, outcome, findings.map(({ kind }) => kind)]),
    ).toEqual([
      ["0.jpg", "requested", ["missing-original"]],
      ["1.jpg", "requested", ["outdated-configuration"]],
    ]);
    expect((await place.list()).map(({ key }) => key)).toEqual(["1.jpg"]);
  });

  it("is stopped by SIGINT, loses nothing, and ends when it is run again", async () => {
    await processPhotos(12);
    configure(AFTER);
    const run = place.start(["reconcile", "--rate", "5/s", "--json"]);
    run.process.stdout?.once("data", () => run.process.kill("SIGINT"));
    expect(await run.finished).toMatchObject({
      code: 130,
      stderr: expect.stringContaining("run the command again"),
    });
    expect((await place.list()).map(({ status }) => status)).toEqual(Array(12).fill("ready"));
    expect((await place.run("reconcile")).code).toBe(0);
    const names = (await place.list()).map(({ renditions }) => renditions.map(({ name }) => name).join());
    expect(names).toEqual(Array(12).fill("thumb,card"));
    expect(JSON.parse((await place.run("plan", "--all", "--json")).stdout)).toMatchObject({ images: 0 });
  });

  it("takes in originals that lie in the data directory, where they are", async () => {
    configure(BEFORE);
    for (const key of ["a.jpg", "2026/b.jpg"]) place.write(join("safelight-data", "originals", key), picture);
    expect((await place.run("import")).code).toBe(0);
    const images = await place.list("--status", "ready");
    expect(images.map(({ key }) => key).sort()).toEqual(["2026/b.jpg", "a.jpg"]);
    expect(readdirSync(join(place.dir, "safelight-data", "originals")).sort()).toEqual(["2026", "a.jpg"]);
    expect(await place.run("import", "--json")).toMatchObject({ code: 0, stdout: "" });
  });

  it("takes files of any names, and says which ones it does not take in", async () => {
    configure(BEFORE);
    const originals = join("safelight-data", "originals");
    const names = ["a.jpg", "Sommer 2026/Grüße (1).JPG", ".hidden.jpg", "README", `${"l".repeat(250)}.jpg`];
    for (const name of names) place.write(join(originals, name), picture);
    symlinkSync("a.jpg", join(place.dir, originals, "link.jpg"));
    const run = await place.run("import");
    expect(run).toMatchObject({ code: 3, stdout: expect.stringContaining("5 images differed: 5 closed") });
    expect(run.stderr).toBe('left out: "link.jpg": it is a link; put the file itself there\n');
    const images = await place.list("--status", "ready");
    expect(images.map(({ key }) => key).sort()).toEqual([...names].sort());
    for (const name of names) expect(existsSync(join(place.dir, originals, name))).toBe(true);
  });

  it("says which originals and folders cannot be read, takes in all others, and ends with 3", async () => {
    configure(BEFORE);
    const originals = join("safelight-data", "originals");
    for (const key of ["a.jpg", "locked.jpg", "folder/b.jpg", "c/d.jpg"])
      place.write(join(originals, key), picture);
    for (const path of ["safelight-data", originals]) chmodSync(join(place.dir, path), 0o777);
    for (const path of ["locked.jpg", "folder"]) chmodSync(join(place.dir, originals, path), 0o000);
    const run = (...words: string[]) => place.start(words, { asNobody: true }).finished;
    const plan = await run("plan", "--all", "--grace", "0");
    expect(plan).toMatchObject({ code: 3, stdout: expect.stringMatching(/^unreadable +2 /m) });
    expect(plan.stdout).toMatch(/^unrecorded-original +2 /m);
    const said = [/^could not be read: folder\/: .*EACCES/m, /^could not be read: locked\.jpg: .*EACCES/m];
    for (const words of [["import"], ["reconcile", "--grace", "0"]]) {
      const { code, stderr } = await run(...words);
      expect([code, ...said.map((line) => line.test(stderr))]).toEqual([3, true, true]);
    }
    const doctor = await run("doctor", "--json");
    expect(doctor.code).toBe(3);
    expect(doctor.stdout.match(/"kind":"unreadable"/g)).toHaveLength(2);
    for (const path of ["locked.jpg", "folder"]) chmodSync(join(place.dir, originals, path), 0o755);
    expect(await run("import")).toMatchObject({ code: 0 });
    const list = await run("list", "--json", "--status", "ready");
    expect(list.stdout.trim().split("\n")).toHaveLength(4);
  });

  it("says why it cannot plan where it may not write, and leaves nothing of its own there", async () => {
    await processPhotos(1);
    const data = join(place.dir, "safelight-data");
    expect(existsSync(join(data, "ticket-secret"))).toBe(false);
    expect(await place.start(["plan", "--all"], { asNobody: true }).finished).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("SQLite writes beside its database even to read it"),
    });
    expect((await place.run("plan", "--all")).code).toBe(0);
    expect(existsSync(join(data, "ticket-secret"))).toBe(false);
  });

  it("refuses what it cannot do, and makes no directory because of a misspelt name", async () => {
    expect(await place.run("reconcile", "--data", "nowhere")).toMatchObject({ code: 2 });
    expect(await place.run("import", "--data", "nowhere")).toMatchObject({ code: 2 });
    expect(existsSync(join(place.dir, "nowhere"))).toBe(false);
    for (const rate of ["0", "-1", "fast", "1/day"])
      expect(await place.run("reconcile", "--rate", rate)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("expected a rate such as 20/s"),
      });
    for (const words of [["plan"], ["plan", "a.jpg", "--all"]])
      expect(await place.run(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining("--all") });
  });
});
