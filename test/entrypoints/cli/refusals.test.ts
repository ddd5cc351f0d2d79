import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, parseRecords, Workplace } from "./run-command.js";

const it = takeSampleOfTests(8);

describe("safelight process", () => {
  let place: Workplace;
  let picture: Uint8Array;

  beforeAll(async () => {
    buildCommand();
    picture = await drawTestImage();
  });

  beforeEach(() => {
    place = new Workplace();
  });

  afterEach(() => place.remove());

  const getDataPath = () => join(place.dir, "safelight-data");

  it("names every error of a configuration by its path and does nothing", async () => {
    place.write("a.jpg", picture);
    place.write(
      "wrong.json",
      '{ "thumbnails": { "card": { "width": -3, "fitt": "cover" } }, "uploads": { "maxBytes": "1" } }',
    );
    const { code, stdout, stderr } = await place.run("process", "a.jpg", "--config", "wrong.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('"wrong.json" has 3 errors:');
    for (const path of ["thumbnails.card.width", "thumbnails.card.fitt", "uploads.maxBytes"])
      expect(stderr).toMatch(
        new RegExp(`^ {2}${path.replaceAll(".", "\\.")}: expected .* but received `, "m"),
      );
    expect(existsSync(getDataPath())).toBe(false);
  });

  it.each([
    ["no input", ["process"]],
    ["an unknown option", ["process", "a.jpg", "--dtaa", "x"]],
    ["an unknown command", ["procces", "a.jpg"]],
    ["too much at once", ["process", "a.jpg", "--concurrency", "65"]],
    ["a concurrency that is no number", ["process", "a.jpg", "--concurrency", "2x"]],
    ["an unknown status", ["list", "--status", "done"]],
    ["a configuration that is not there", ["process", "a.jpg", "--config", "none.json"]],
    ["a file as data directory", ["process", "a.jpg", "--data", "a.jpg"]],
  ])("ends with 2 for %s, with a message on standard error only", async (_what, words) => {
    place.write("a.jpg", picture);
    const { code, stdout, stderr } = await place.run(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toBe("");
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(existsSync(getDataPath())).toBe(false);
  });

  it.each([["process", "a.jpg"], ["serve"]])(
    "names the available tagger when another one is configured: %s",
    async (...words) => {
      place.write("a.jpg", picture);
      place.write("google.json", '{ "tagging": { "provider": "google" } }');
      const { code, stdout, stderr } = await place.run(...words, "--config", "google.json");
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain('expected none or local for tagging.provider but received "google"');
    },
  );

  it("names all inputs that do not exist, before it starts", async () => {
    place.write("a.jpg", picture);
    const { code, stderr } = await place.run("process", "a.jpg", "none.jpg", "nowhere/");
    expect(code).toBe(2);
    expect(stderr).toContain('"none.jpg", "nowhere/"');
    expect(existsSync(getDataPath())).toBe(false);
  });

  it("refuses arguments that give equal keys, before anything is done, and says how to keep both", async () => {
    for (const folder of ["spring", "autumn"]) place.write(`${folder}/IMG_1.jpg`, picture);
    const { code, stderr } = await place.run("process", "spring", "autumn");
    expect(code).toBe(2);
    expect(stderr).toContain('"spring/IMG_1.jpg" and "autumn/IMG_1.jpg" (both "IMG_1.jpg")');
    expect(stderr).toContain("run the command once for each, with --prefix");
    expect(existsSync(getDataPath())).toBe(false);
  });

  it("refuses received a data directory as an input", async () => {
    place.write("a.jpg", picture);
    expect((await place.run("process", "a.jpg")).code).toBe(0);
    const { code, stderr } = await place.run("process", "safelight-data/");
    expect(code).toBe(2);
    expect(stderr).toContain("received a data directory");
  });

  it("rejects a file over the limit as too large, also the second time", async () => {
    place.write("safelight.config.json", '{ "uploads": { "maxBytes": 1000 } }');
    place.write("big.jpg", Buffer.concat([picture, Buffer.alloc(100_000)]));
    for (const again of [false, true]) {
      const { code, stdout, stderr } = await place.run("process", "big.jpg");
      expect(code).toBe(1);
      expect(stderr).toContain("rejected: big.jpg: too-large: ");
      expect(stdout).toContain(again ? "1 unchanged" : "0 unchanged");
    }
    expect(await place.list()).toEqual([expect.objectContaining({ status: "rejected" })]);
  });

  it("continues after a file without read permission, counts it as not finished and ends with 3", async () => {
    place.write("in/a.jpg", picture);
    chmodSync(place.write("in/secret.jpg", picture), 0o000);
    mkdirSync(join(place.dir, "in", "locked"), { mode: 0o000 });
    const run = place.start(["process", "in"], { asNobody: true });
    const { code, stdout, stderr } = await run.finished;
    expect(code).toBe(3);
    expect(stdout).toContain("1 ready, 0 rejected, 2 could not finish");
    expect(stderr).toMatch(/^could not finish: secret\.jpg: .*failed \(EACCES\)$/m);
    expect(stderr).toMatch(/^could not finish: in\/locked: .*failed \(EACCES\)$/m);
  });

  it("continues after a name that is not UTF-8, says which and what to do, and ends with 3", async () => {
    place.write("in/a.jpg", picture);
    const strange = Buffer.from("/in/caf\xe9.jpg", "latin1");
    writeFileSync(Buffer.concat([Buffer.from(place.dir), strange]), picture);
    const { code, stdout, stderr } = await place.run("process", "in");
    expect(code).toBe(3);
    expect(stdout).toContain("1 ready, 0 rejected, 1 could not finish");
    expect(stderr).toContain(
      "could not finish: in/caf\\xE9.jpg: reading it failed (its name is not UTF-8; rename it)",
    );
    const named = await place.run("process", "in/caf\ufffd.jpg");
    expect(named.code).toBe(2);
    expect(named.stderr).toContain("a name that is not UTF-8 cannot be read: rename it");
  });

  it("first settles the changes that an earlier run left, and reports why it cannot", async () => {
    for (const name of ["first.jpg", "a.jpg", "b.jpg"]) place.write(name, picture);
    const process = (...words: string[]) => place.start(["process", ...words], { asNobody: true }).finished;
    expect((await process("first.jpg")).code).toBe(0);
    const renditions = join(getDataPath(), "renditions");
    chmodSync(renditions, 0o500);
    const left = await process("a.jpg");
    expect(left.code).toBe(3);
    expect(left.stderr).toMatch(/^could not finish: a\.jpg: unavailable: /m);
    const again = await process("first.jpg");
    expect(again.code).toBe(3);
    expect(again.stdout).toContain("1 ready, 0 rejected, 0 could not finish");
    expect(again.stderr).toMatch(/^change not settled: .*failed \(EACCES\) because of .*/m);
    expect(again.stderr).toMatch(/^could not finish: \d+ changes? left by an earlier run$/m);
    chmodSync(renditions, 0o700);
    const settled = await process("b.jpg");
    expect(settled.code).toBe(0);
    expect(settled.stderr).toMatch(/^settled \d+ changes? left by an earlier run$/m);
    const { finished } = place.start(["list", "--json", "--status", "ready"], { asNobody: true });
    const keys = parseRecords((await finished).stdout).map(({ key }) => key);
    expect(keys.sort()).toEqual(["a.jpg", "b.jpg", "first.jpg"]);
  });

  it("follows no symbolic link inside a folder, and counts them", async () => {
    place.write("in/a.jpg", picture);
    symlinkSync("a.jpg", join(place.dir, "in", "link.jpg"));
    symlinkSync("..", join(place.dir, "in", "loop"));
    const { code, stdout } = await place.run("process", "in");
    expect(code).toBe(0);
    expect(stdout).toContain("1 file: 1 ready");
    expect(stdout).toContain("2 symbolic links skipped");
  });

  it("accepts --out as --data", async () => {
    place.write("a.jpg", picture);
    expect((await place.run("process", "a.jpg", "--out", "elsewhere")).code).toBe(0);
    expect(existsSync(getDataPath())).toBe(false);
    expect(await place.list("--data", "elsewhere")).toHaveLength(1);
  });
});
